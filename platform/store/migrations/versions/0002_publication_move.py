"""What a publication still has to do to records."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "publication_move",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("publication_id", sa.Integer(), sa.ForeignKey("publication.id"), nullable=False),
        sa.Column("module", sa.String(63), nullable=False),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("settles", sa.Boolean(), nullable=False),
        sa.Column("rebuilds", sa.Boolean(), nullable=False),
        sa.Column("cursor", big_id, nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("settled", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("done_at", moment, nullable=True),
    )
    op.create_index("ix_publication_move_stage", "publication_move", ["publication_id", "stage", "id"])


def downgrade() -> None:
    op.drop_index("ix_publication_move_stage", table_name="publication_move")
    op.drop_table("publication_move")
