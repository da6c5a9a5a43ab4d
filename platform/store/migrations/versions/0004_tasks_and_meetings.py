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
    "attachment": [
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", moment, nullable=True),
    ],
    "comment": [
        sa.Column("mentions", Json, nullable=True),
        sa.Column("edited_at", moment, nullable=True),
    ],
    "tag": [
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    ],
    "notification": [
        sa.Column("link", sa.String(500), nullable=False, server_default=""),
        sa.Column("file_id", big_id, nullable=True),
        sa.Column("address", sa.String(320), nullable=False, server_default=""),
        sa.Column("name", sa.String(300), nullable=False, server_default=""),
        sa.Column("calendar", Json, nullable=True),
    ],
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column)
    _personal()
    _report_schedules()
    _let_occurrences_be_of_no_record()
    _let_messages_be_for_an_address()
    gathered = sa.text("state = 'gathered'")
    op.create_index("ix_notification_gathered", "notification", ["due_at", "user_id"],
                    sqlite_where=gathered, postgresql_where=gathered)  # fmt: skip


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


def _let_messages_be_for_an_address() -> None:
    """A message may go to an address instead of a person, to each address once."""
    with op.batch_alter_table("notification") as notification:
        notification.alter_column("user_id", existing_type=sa.Integer(), nullable=True)
    has_address = sa.text("address <> ''")
    op.create_index("ix_notification_address", "notification", ["occurrence_id", "address"], unique=True,
                    sqlite_where=has_address, postgresql_where=has_address)  # fmt: skip


def _report_schedules() -> None:
    op.create_table(
        "report_schedule",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user_account.id"), nullable=False, index=True),
        sa.Column("report", sa.String(63), nullable=False),
        sa.Column("asked", Json, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("every", sa.String(10), nullable=False),
        sa.Column("on_day", sa.Integer(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("next_at", moment, nullable=False, index=True),
        sa.Column("last_at", moment, nullable=True),
        sa.Column("last_fault", sa.Text(), nullable=True),
        sa.Column("stop_code", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", moment, nullable=False),
    )


def _personal() -> None:
    op.create_table(
        "form_draft",
        sa.Column("id", big_id, primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("module", sa.String(63), nullable=False),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("typed", Json, nullable=False),
        sa.Column("file_ids", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", moment, nullable=False, index=True),
    )
    op.create_index("ix_form_draft_user", "form_draft", ["user_id", "updated_at"])
    op.create_table(
        "input_template",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("module", sa.String(63), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("typed", Json, nullable=False),
        sa.Column("shared_with", sa.String(63), nullable=True),
        sa.Column("updated_at", moment, nullable=False),
    )
    op.create_index("ix_input_template_module", "input_template", ["module", "user_id"])
    op.create_table(
        "choice_group",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user_account.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("name_folded", sa.String(300), nullable=False),
        sa.Column("shared_with", sa.String(63), nullable=True, index=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", moment, nullable=False),
    )
    op.create_table(
        "choice_group_member",
        sa.Column("group_id", sa.Integer(), sa.ForeignKey("choice_group.id"), primary_key=True),
        sa.Column("member_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_index("ix_notification_gathered", "notification")
    op.drop_index("ix_notification_address", "notification")
    op.execute("DELETE FROM notification WHERE user_id IS NULL")
    for table in ("report_schedule", "choice_group_member", "choice_group", "input_template", "form_draft"):
        op.drop_table(table)
    for table, columns in ADDED.items():
        with op.batch_alter_table(table) as changed:
            for column in columns:
                changed.drop_column(column.name)
