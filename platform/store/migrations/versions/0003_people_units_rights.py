"""People, units and rights: posts, branch grants, dated changes of units, safe sign-in, long jobs, the audit."""

import sqlalchemy as sa
from alembic import op

from luongviec.store.column_types import Json

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
moment = sa.DateTime(timezone=True)

ADDED = {
    "saved_view": [sa.Column("shared_with", sa.String(63), nullable=True)],
    "user_account": [
        sa.Column("identity_number", sa.String(20), nullable=True),
        sa.Column("password_changed_at", moment, nullable=True),
        sa.Column("last_sign_in_at", moment, nullable=True),
        sa.Column("deleted_at", moment, nullable=True),
        sa.Column("second_factor_secret", sa.String(200), nullable=True),
        sa.Column("second_factor_step", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    ],
    "unit": [
        sa.Column("deleted_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    ],
    "unit_holding": [
        sa.Column("title", sa.String(200), nullable=False, server_default=""),
        sa.Column("position", sa.Integer(), nullable=False, server_default="0"),
    ],
    "user_group": [
        sa.Column("description", sa.String(500), nullable=False, server_default=""),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    ],
    "user_group_member": [sa.Column("since", moment, nullable=True)],
    "function_grant": [sa.Column("since", moment, nullable=True)],
    "sign_in_attempt": [
        sa.Column("kind", sa.String(30), nullable=False, server_default="password"),
        sa.Column("note", sa.String(200), nullable=False, server_default=""),
    ],
    "audit_entry": [
        sa.Column("subject_kind", sa.String(30), nullable=False, server_default=""),
        sa.Column("subject_id", sa.String(130), nullable=False, server_default=""),
        sa.Column("before", Json, nullable=True),
        sa.Column("after", Json, nullable=True),
        sa.Column("words", sa.Text(), nullable=False, server_default=""),
    ],
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column)
    not_null = sa.text("identity_number IS NOT NULL")
    op.create_index("uq_user_account_identity_number", "user_account", ["identity_number"], unique=True,
                    sqlite_where=not_null, postgresql_where=not_null)
    op.drop_index("ix_audit_entry_subject", table_name="audit_entry")
    with op.batch_alter_table("audit_entry") as audit:
        audit.alter_column("subject", type_=sa.String(300), existing_type=sa.String(200), existing_nullable=False)
        audit.drop_column("data")
        audit.drop_column("address")
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject_kind", "subject_id", "id"])
    op.create_index("ix_audit_entry_actor", "audit_entry", ["actor_id", "id"])
    op.create_index("ix_audit_entry_at", "audit_entry", ["at", "id"])
    _units()
    _sign_in()
    op.create_table(
        "long_job",
        sa.Column("id", big_id, primary_key=True),
        sa.Column("kind", sa.String(63), nullable=False),
        sa.Column("owner_id", sa.Integer(), sa.ForeignKey("user_account.id"), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("parameters", Json, nullable=False),
        sa.Column("result", Json, nullable=True),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("started_at", moment, nullable=True),
        sa.Column("beat_at", moment, nullable=True),
        sa.Column("finished_at", moment, nullable=True),
    )
    op.create_index("ix_long_job_owner", "long_job", ["owner_id", "id"])
    op.create_index("ix_long_job_state", "long_job", ["state", "id"])


def _units() -> None:
    op.create_table(
        "unit_name",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("unit_id", sa.Integer(), sa.ForeignKey("unit.id"), nullable=False, index=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("until", moment, nullable=False),
    )
    op.create_table(
        "unit_change",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("effective_at", moment, nullable=False),
        sa.Column("plan", Json, nullable=False),
        sa.Column("result", Json, nullable=True),
        sa.Column("actor_id", sa.Integer(), sa.ForeignKey("user_account.id"), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("done_at", moment, nullable=True),
    )
    op.create_index("ix_unit_change_state", "unit_change", ["state", "effective_at"])
    op.create_table(
        "unit_change_member",
        sa.Column("change_id", sa.Integer(), sa.ForeignKey("unit_change.id"), primary_key=True),
        sa.Column("unit_id", sa.Integer(), sa.ForeignKey("unit.id"), primary_key=True, index=True),
        sa.Column("part", sa.String(10), primary_key=True),
    )
    op.create_table(
        "branch_grant",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("unit_id", sa.Integer(), sa.ForeignKey("unit.id"), nullable=False, index=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user_account.id"), nullable=False, index=True),
        sa.Column("function", sa.String(130), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("until", moment, nullable=True),
    )
    now = sa.text("until IS NULL")
    op.create_index("uq_branch_grant_now", "branch_grant", ["unit_id", "user_id", "function"], unique=True,
                    sqlite_where=now, postgresql_where=now)


def _sign_in() -> None:
    op.create_table(
        "one_time_secret",
        sa.Column("id", big_id, primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False, index=True),
        sa.Column("due_at", moment, nullable=True, index=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", moment, nullable=True),
        sa.Column("used_at", moment, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), sa.ForeignKey("user_account.id"), nullable=True),
    )
    op.create_index("ix_one_time_secret_user", "one_time_secret", ["user_id", "purpose", "created_at"])
    op.create_index("ix_sign_in_attempt_user", "sign_in_attempt", ["user_id", "id"])
    op.create_index("ix_sign_in_attempt_at", "sign_in_attempt", ["at"])
    op.create_table(
        "former_password",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user_account.id"), nullable=False, index=True),
        sa.Column("password_hash", sa.String(300), nullable=False),
        sa.Column("at", moment, nullable=False),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user_account.id"), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("last_used_at", moment, nullable=True),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user_account.id"), nullable=False, index=True),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used_at", moment, nullable=True),
    )
    op.create_table(
        "external_identity",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("method", sa.String(63), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user_account.id"), nullable=False, index=True),
        sa.Column("linked_at", moment, nullable=False),
        sa.UniqueConstraint("method", "subject"),
    )


def downgrade() -> None:
    for table in ("long_job", "calendar_feed", "external_identity", "former_password", "recovery_code", "one_time_secret",
                  "branch_grant", "unit_change_member", "unit_change", "unit_name"):
        op.drop_table(table)
    for index in ("ix_audit_entry_subject", "ix_audit_entry_actor", "ix_audit_entry_at"):
        op.drop_index(index, table_name="audit_entry")
    op.drop_index("uq_user_account_identity_number", table_name="user_account")
    for index in ("ix_sign_in_attempt_user", "ix_sign_in_attempt_at"):
        op.drop_index(index, table_name="sign_in_attempt")
    for table, columns in ADDED.items():
        with op.batch_alter_table(table) as changed:
            for column in columns:
                changed.drop_column(column.name)
    op.add_column("audit_entry", sa.Column("data", Json, nullable=True))
    op.add_column("audit_entry", sa.Column("address", sa.String(64), nullable=False, server_default=""))
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject", "id"])
