"""Work with records: drafts, templates, tags, notices, schedules."""

import sqlalchemy as sa
from alembic import op

from luongviec.store.column_types import Json

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
moment = sa.DateTime(timezone=True)

ADDED: dict[str, list[sa.Column]] = {
    "tag": [
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    ],
    "notification": [
        sa.Column("link", sa.String(500), nullable=False, server_default=""),
        sa.Column("file_id", big_id, nullable=True),
    ],
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column)
    _let_occurrences_be_of_no_record()


def _let_occurrences_be_of_no_record() -> None:
    """SQLite writes the table anew, which it refuses while messages hang on it: they step aside."""
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("occurrence", "record_id", existing_type=big_id, nullable=True)
        return
    op.execute("CREATE TABLE notification_aside AS SELECT * FROM notification")
    op.execute("DELETE FROM notification")
    with op.batch_alter_table("occurrence") as occurrence:
        occurrence.alter_column("record_id", existing_type=big_id, nullable=True)
    op.execute("INSERT INTO notification SELECT * FROM notification_aside")
    op.execute("DROP TABLE notification_aside")


def downgrade() -> None:
    for table, columns in ADDED.items():
        with op.batch_alter_table(table) as changed:
            for column in columns:
                changed.drop_column(column.name)
