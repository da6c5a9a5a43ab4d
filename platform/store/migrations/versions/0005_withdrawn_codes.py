"""Printed codes that were withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "withdrawn_code",
        sa.Column("id", big_id, primary_key=True),
        sa.Column("record_id", big_id, sa.ForeignKey("record.id"), nullable=False),
        sa.Column("action", sa.String(63), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), sa.ForeignKey("user_account.id"), nullable=True),
    )
    op.create_index("ix_withdrawn_code_record", "withdrawn_code", ["record_id", "action"])


def downgrade() -> None:
    op.drop_table("withdrawn_code")
