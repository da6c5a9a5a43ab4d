"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
json = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
ordered_json = sa.JSON(none_as_null=True)
moment = sa.DateTime(timezone=True)

APPEND_ONLY = ("history_entry", "history_row", "audit_entry")

SQLITE = [
    *(
        f"CREATE TRIGGER {table}_is_append_only_{verb} BEFORE {verb.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in APPEND_ONLY
        for verb in ("update", "delete")
    ),
    "CREATE VIRTUAL TABLE search_index USING fts5(body, principals, content='', tokenize='unicode61')",
]

POSTGRESQL = [
    "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
    *(
        f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        for table in APPEND_ONLY
    ),
    "CREATE TABLE search_index (record_id BIGINT PRIMARY KEY, document TSVECTOR NOT NULL)",
    "CREATE INDEX ix_search_index_document ON search_index USING gin (document) WITH (fastupdate = off)",
    # Lists read `access` by index alone, which needs its pages to be known as visible.
    "ALTER TABLE access SET (autovacuum_vacuum_scale_factor = 0.01,"
    " autovacuum_vacuum_insert_scale_factor = 0.01)",
]


def upgrade() -> None:
    op.create_table('counter',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', 'year', name=op.f('pk_counter'))
    )
    op.create_table('definition',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('code', sa.String(length=63), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_definition')),
    sa.UniqueConstraint('kind', 'code', name=op.f('uq_definition_kind_code'))
    )
    op.create_table('generation',
    sa.Column('name', sa.String(length=30), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('token', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_generation'))
    )
    op.create_table('module_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=63), nullable=False),
    sa.Column('sort_field', sa.String(length=63), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_module_code')),
    sa.UniqueConstraint('code', name=op.f('uq_module_code_code'))
    )
    op.create_table('unit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('path', sa.String(length=500), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('name_sort', sa.String(length=520), nullable=False),
    sa.Column('name_folded', sa.String(length=400), nullable=False),
    sa.Column('kind', sa.String(length=50), nullable=True),
    sa.Column('code', sa.String(length=50), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['unit.id'], name=op.f('fk_unit_parent_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit')),
    sa.UniqueConstraint('path', name=op.f('uq_unit_path'))
    )
    op.create_index(op.f('ix_unit_parent_id'), 'unit', ['parent_id'], unique=False)
    op.create_table('user_account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_name', sa.String(length=100), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('name_sort', sa.String(length=520), nullable=False),
    sa.Column('name_folded', sa.String(length=400), nullable=False),
    sa.Column('post', sa.String(length=300), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=True),
    sa.Column('phone', sa.String(length=40), nullable=True),
    sa.Column('password_hash', sa.String(length=300), nullable=True),
    sa.Column('must_change_password', sa.Boolean(), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('theme', sa.String(length=10), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', moment, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_account')),
    sa.UniqueConstraint('user_name', name=op.f('uq_user_account_user_name'))
    )
    op.create_index(op.f('ix_user_account_name_sort'), 'user_account', ['name_sort'], unique=False)
    op.create_table('access',
    sa.Column('principal', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('module_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('record_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('flags', sa.BigInteger(), nullable=False),
    sa.Column('record_status_id', sa.Integer(), nullable=False),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.Column('sort_key', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['module_id'], ['module_code.id'], name=op.f('fk_access_module_id_module_code')),
    sa.PrimaryKeyConstraint('principal', 'module_id', 'record_id', name=op.f('pk_access')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_access_open', 'access', ['principal', 'module_id', 'sort_key', 'record_id', 'flags', 'record_status_id', 'is_open'], unique=False, sqlite_where=sa.text('is_open = 1'), postgresql_where=sa.text('is_open'))
    op.create_index('ix_access_record', 'access', ['record_id'], unique=False)
    op.create_index('ix_access_sort', 'access', ['principal', 'module_id', 'sort_key', 'record_id', 'flags', 'record_status_id'], unique=False)
    op.create_table('api_token',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('created_at', moment, nullable=False),
    sa.Column('expires_at', moment, nullable=True),
    sa.Column('last_used_at', moment, nullable=True),
    sa.Column('revoked_at', moment, nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_api_token_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_token_token_hash'))
    )
    op.create_index(op.f('ix_api_token_user_id'), 'api_token', ['user_id'], unique=False)
    op.create_table('audit_entry',
    sa.Column('id', big_id, nullable=False),
    sa.Column('at', moment, nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('action', sa.String(length=100), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('data', json, nullable=True),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['user_account.id'], name=op.f('fk_audit_entry_actor_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    op.create_index('ix_audit_entry_subject', 'audit_entry', ['subject', 'id'], unique=False)
    op.create_table('field_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('module_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=63), nullable=False),
    sa.ForeignKeyConstraint(['module_id'], ['module_code.id'], name=op.f('fk_field_code_module_id_module_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_field_code')),
    sa.UniqueConstraint('module_id', 'code', name=op.f('uq_field_code_module_id_code'))
    )
    op.create_table('file',
    sa.Column('id', big_id, nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('media_type', sa.String(length=150), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('uploaded_by_id', sa.Integer(), nullable=True),
    sa.Column('uploaded_at', moment, nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['user_account.id'], name=op.f('fk_file_uploaded_by_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_file'))
    )
    op.create_index(op.f('ix_file_content_hash'), 'file', ['content_hash'], unique=False)
    op.create_index('ix_file_state', 'file', ['state', 'uploaded_at'], unique=False)
    op.create_table('idempotency_key',
    sa.Column('id', big_id, nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('request_hash', sa.String(length=64), nullable=False),
    sa.Column('result', json, nullable=True),
    sa.Column('at', moment, nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_idempotency_key_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_idempotency_key')),
    sa.UniqueConstraint('user_id', 'key', name=op.f('uq_idempotency_key_user_id_key'))
    )
    op.create_index(op.f('ix_idempotency_key_at'), 'idempotency_key', ['at'], unique=False)
    op.create_table('preference',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('value', json, nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_preference_user_id_user_account')),
    sa.PrimaryKeyConstraint('user_id', 'name', name=op.f('pk_preference'))
    )
    op.create_table('publication',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', moment, nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user_account.id'], name=op.f('fk_publication_author_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publication'))
    )
    op.create_table('record_status',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('module_id', sa.Integer(), nullable=False),
    sa.Column('status_group', sa.String(length=63), nullable=False),
    sa.Column('status', sa.String(length=63), nullable=False),
    sa.Column('module_revision', sa.Integer(), nullable=False),
    sa.Column('group_revision', sa.Integer(), nullable=False),
    sa.Column('final', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['module_id'], ['module_code.id'], name=op.f('fk_record_status_module_id_module_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_record_status')),
    sa.UniqueConstraint('module_id', 'status_group', 'status', 'module_revision', 'group_revision', name=op.f('uq_record_status_module_id_status_group_status_module_revision_group_revision'))
    )
    op.create_table('role_bit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('module_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=130), nullable=False),
    sa.Column('within', sa.Boolean(), nullable=False),
    sa.Column('bit', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['module_id'], ['module_code.id'], name=op.f('fk_role_bit_module_id_module_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_bit')),
    sa.UniqueConstraint('module_id', 'bit', name=op.f('uq_role_bit_module_id_bit')),
    sa.UniqueConstraint('module_id', 'code', 'within', name=op.f('uq_role_bit_module_id_code_within'))
    )
    op.create_table('saved_view',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('module', sa.String(length=63), nullable=False),
    sa.Column('list', sa.String(length=63), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_saved_view_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_view'))
    )
    op.create_index('ix_saved_view_user', 'saved_view', ['user_id', 'module', 'position'], unique=False)
    op.create_table('setting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('subject', sa.String(length=63), nullable=False),
    sa.Column('value', json, nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_setting_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_setting'))
    )
    op.create_index('uq_setting_installation', 'setting', ['kind', 'subject'], unique=True, sqlite_where=sa.text('unit_id IS NULL'), postgresql_where=sa.text('unit_id IS NULL'))
    op.create_index('uq_setting_unit', 'setting', ['unit_id', 'kind', 'subject'], unique=True, sqlite_where=sa.text('unit_id IS NOT NULL'), postgresql_where=sa.text('unit_id IS NOT NULL'))
    op.create_table('sign_in_attempt',
    sa.Column('id', big_id, nullable=False),
    sa.Column('user_name', sa.String(length=100), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('at', moment, nullable=False),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('agent', sa.String(length=300), nullable=False),
    sa.Column('succeeded', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_sign_in_attempt_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_attempt'))
    )
    op.create_index('ix_sign_in_attempt_address', 'sign_in_attempt', ['address', 'at'], unique=False)
    op.create_index('ix_sign_in_attempt_name', 'sign_in_attempt', ['user_name', 'at'], unique=False)
    op.create_table('tag',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('name_folded', sa.String(length=100), nullable=False),
    sa.Column('tone', sa.String(length=20), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['made_by_id'], ['user_account.id'], name=op.f('fk_tag_made_by_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tag')),
    sa.UniqueConstraint('name_folded', name=op.f('uq_tag_name_folded'))
    )
    op.create_table('unit_closure',
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('ancestor_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['ancestor_id'], ['unit.id'], name=op.f('fk_unit_closure_ancestor_id_unit')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_unit_closure_unit_id_unit')),
    sa.PrimaryKeyConstraint('unit_id', 'ancestor_id', name=op.f('pk_unit_closure')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_unit_closure_ancestor_id'), 'unit_closure', ['ancestor_id'], unique=False)
    op.create_table('unit_holding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.String(length=63), nullable=False),
    sa.Column('slot', sa.String(length=63), nullable=False),
    sa.Column('since', moment, nullable=False),
    sa.Column('until', moment, nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_unit_holding_unit_id_unit')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_unit_holding_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit_holding'))
    )
    op.create_index(op.f('ix_unit_holding_user_id'), 'unit_holding', ['user_id'], unique=False)
    op.create_index('uq_unit_holding_now', 'unit_holding', ['unit_id', 'side', 'slot', 'user_id'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
    op.create_table('unit_side',
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.String(length=63), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_unit_side_unit_id_unit')),
    sa.PrimaryKeyConstraint('unit_id', 'side', name=op.f('pk_unit_side'))
    )
    op.create_index(op.f('ix_unit_side_side'), 'unit_side', ['side'], unique=False)
    op.create_table('user_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=63), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['user_account.id'], name=op.f('fk_user_group_owner_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_group'))
    )
    op.create_index(op.f('ix_user_group_owner_id'), 'user_group', ['owner_id'], unique=False)
    op.create_index('uq_user_group_code', 'user_group', ['code'], unique=True, sqlite_where=sa.text('code IS NOT NULL'), postgresql_where=sa.text('code IS NOT NULL'))
    op.create_table('user_manager',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('manager_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['manager_id'], ['user_account.id'], name=op.f('fk_user_manager_manager_id_user_account')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_user_manager_user_id_user_account')),
    sa.PrimaryKeyConstraint('user_id', 'manager_id', name=op.f('pk_user_manager'))
    )
    op.create_index(op.f('ix_user_manager_manager_id'), 'user_manager', ['manager_id'], unique=False)
    op.create_table('web_session',
    sa.Column('id', big_id, nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('created_at', moment, nullable=False),
    sa.Column('last_seen_at', moment, nullable=False),
    sa.Column('expires_at', moment, nullable=False),
    sa.Column('ended_at', moment, nullable=True),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('agent', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_web_session_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_web_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_web_session_token_hash'))
    )
    op.create_index(op.f('ix_web_session_expires_at'), 'web_session', ['expires_at'], unique=False)
    op.create_index(op.f('ix_web_session_user_id'), 'web_session', ['user_id'], unique=False)
    op.create_table('field_value',
    sa.Column('record_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('field_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('value_text', sa.String(length=500), nullable=True),
    sa.Column('value_number', sa.Double(), nullable=True),
    sa.ForeignKeyConstraint(['field_id'], ['field_code.id'], name=op.f('fk_field_value_field_id_field_code')),
    sa.PrimaryKeyConstraint('record_id', 'field_id', 'position', name=op.f('pk_field_value')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_field_value_number', 'field_value', ['field_id', 'value_number', 'record_id'], unique=False, sqlite_where=sa.text('value_number IS NOT NULL'), postgresql_where=sa.text('value_number IS NOT NULL'))
    op.create_index('ix_field_value_text', 'field_value', ['field_id', 'value_text', 'record_id'], unique=False, sqlite_where=sa.text('value_text IS NOT NULL'), postgresql_where=sa.text('value_text IS NOT NULL'))
    op.create_table('function_grant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('group_id', sa.Integer(), nullable=True),
    sa.Column('function', sa.String(length=130), nullable=False),
    sa.CheckConstraint('(user_id IS NULL) <> (group_id IS NULL)', name=op.f('ck_function_grant_one_receiver')),
    sa.ForeignKeyConstraint(['group_id'], ['user_group.id'], name=op.f('fk_function_grant_group_id_user_group')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_function_grant_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_function_grant'))
    )
    op.create_index('uq_function_grant_group', 'function_grant', ['group_id', 'function'], unique=True, sqlite_where=sa.text('group_id IS NOT NULL'), postgresql_where=sa.text('group_id IS NOT NULL'))
    op.create_index('uq_function_grant_user', 'function_grant', ['user_id', 'function'], unique=True, sqlite_where=sa.text('user_id IS NOT NULL'), postgresql_where=sa.text('user_id IS NOT NULL'))
    op.create_table('record',
    sa.Column('id', big_id, nullable=False),
    sa.Column('module_id', sa.Integer(), nullable=False),
    sa.Column('record_status_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('title_sort', sa.String(length=520), nullable=False),
    sa.Column('status_since', moment, nullable=False),
    sa.Column('created_at', moment, nullable=False),
    sa.Column('updated_at', moment, nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('owner_id', big_id, nullable=True),
    sa.Column('owner_relation', sa.String(length=63), nullable=True),
    sa.Column('position', sa.Integer(), nullable=True),
    sa.Column('deleted_at', moment, nullable=True),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.Column('sort_key', sa.Double(), nullable=False),
    sa.Column('home_unit_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_record_created_by_id_user_account')),
    sa.ForeignKeyConstraint(['home_unit_id'], ['unit.id'], name=op.f('fk_record_home_unit_id_unit')),
    sa.ForeignKeyConstraint(['module_id'], ['module_code.id'], name=op.f('fk_record_module_id_module_code')),
    sa.ForeignKeyConstraint(['owner_id'], ['record.id'], name=op.f('fk_record_owner_id_record')),
    sa.ForeignKeyConstraint(['record_status_id'], ['record_status.id'], name=op.f('fk_record_record_status_id_record_status')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_record'))
    )
    op.create_index('ix_record_module_newest', 'record', ['module_id', 'id'], unique=False, sqlite_where=sa.text('deleted_at IS NULL'), postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_record_module_sort', 'record', ['module_id', 'sort_key', 'id', 'record_status_id'], unique=False, sqlite_where=sa.text('deleted_at IS NULL'), postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_index('ix_record_owner', 'record', ['owner_id', 'owner_relation', 'position'], unique=False, sqlite_where=sa.text('owner_id IS NOT NULL'), postgresql_where=sa.text('owner_id IS NOT NULL'))
    op.create_index('ix_record_status', 'record', ['record_status_id', 'id'], unique=False)
    op.create_table('revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('definition_id', sa.Integer(), nullable=False),
    sa.Column('publication_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('data', ordered_json, nullable=False),
    sa.Column('file', sa.String(length=300), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('at', moment, nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('scope', sa.String(length=20), nullable=False),
    sa.Column('removed', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user_account.id'], name=op.f('fk_revision_author_id_user_account')),
    sa.ForeignKeyConstraint(['definition_id'], ['definition.id'], name=op.f('fk_revision_definition_id_definition')),
    sa.ForeignKeyConstraint(['publication_id'], ['publication.id'], name=op.f('fk_revision_publication_id_publication')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revision')),
    sa.UniqueConstraint('definition_id', 'number', name=op.f('uq_revision_definition_id_number'))
    )
    op.create_index(op.f('ix_revision_publication_id'), 'revision', ['publication_id'], unique=False)
    op.create_table('user_group_member',
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['user_group.id'], name=op.f('fk_user_group_member_group_id_user_group')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_user_group_member_user_id_user_account')),
    sa.PrimaryKeyConstraint('group_id', 'user_id', name=op.f('pk_user_group_member'))
    )
    op.create_index(op.f('ix_user_group_member_user_id'), 'user_group_member', ['user_id'], unique=False)
    op.create_table('comment',
    sa.Column('id', big_id, nullable=False),
    sa.Column('record_id', big_id, nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('acting_for_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', moment, nullable=False),
    sa.Column('deleted_at', moment, nullable=True),
    sa.ForeignKeyConstraint(['acting_for_id'], ['user_account.id'], name=op.f('fk_comment_acting_for_id_user_account')),
    sa.ForeignKeyConstraint(['author_id'], ['user_account.id'], name=op.f('fk_comment_author_id_user_account')),
    sa.ForeignKeyConstraint(['record_id'], ['record.id'], name=op.f('fk_comment_record_id_record')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment'))
    )
    op.create_index('ix_comment_record', 'comment', ['record_id', 'id'], unique=False)
    op.create_table('hand_over',
    sa.Column('id', big_id, nullable=False),
    sa.Column('record_id', big_id, nullable=False),
    sa.Column('role', sa.String(length=63), nullable=False),
    sa.Column('giver_id', sa.Integer(), nullable=False),
    sa.Column('receiver_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('at', moment, nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['user_account.id'], name=op.f('fk_hand_over_by_id_user_account')),
    sa.ForeignKeyConstraint(['giver_id'], ['user_account.id'], name=op.f('fk_hand_over_giver_id_user_account')),
    sa.ForeignKeyConstraint(['receiver_id'], ['user_account.id'], name=op.f('fk_hand_over_receiver_id_user_account')),
    sa.ForeignKeyConstraint(['record_id'], ['record.id'], name=op.f('fk_hand_over_record_id_record')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hand_over'))
    )
    op.create_index(op.f('ix_hand_over_record_id'), 'hand_over', ['record_id'], unique=False)
    op.create_table('history_entry',
    sa.Column('id', big_id, nullable=False),
    sa.Column('record_id', big_id, nullable=False),
    sa.Column('record_version', sa.Integer(), nullable=False),
    sa.Column('action', sa.String(length=130), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('acting_for_id', sa.Integer(), nullable=True),
    sa.Column('at', moment, nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('status_before', sa.String(length=63), nullable=True),
    sa.Column('status_after', sa.String(length=63), nullable=True),
    sa.Column('moved_to', sa.String(length=63), nullable=True),
    sa.Column('caused_by_id', big_id, nullable=True),
    sa.Column('together_with_id', big_id, nullable=True),
    sa.Column('undoes_id', big_id, nullable=True),
    sa.Column('undo_until', moment, nullable=True),
    sa.Column('module_revision', sa.Integer(), nullable=False),
    sa.Column('group_revision', sa.Integer(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('confirmed', json, nullable=True),
    sa.ForeignKeyConstraint(['acting_for_id'], ['user_account.id'], name=op.f('fk_history_entry_acting_for_id_user_account')),
    sa.ForeignKeyConstraint(['actor_id'], ['user_account.id'], name=op.f('fk_history_entry_actor_id_user_account')),
    sa.ForeignKeyConstraint(['caused_by_id'], ['history_entry.id'], name=op.f('fk_history_entry_caused_by_id_history_entry')),
    sa.ForeignKeyConstraint(['record_id'], ['record.id'], name=op.f('fk_history_entry_record_id_record')),
    sa.ForeignKeyConstraint(['together_with_id'], ['history_entry.id'], name=op.f('fk_history_entry_together_with_id_history_entry')),
    sa.ForeignKeyConstraint(['undoes_id'], ['history_entry.id'], name=op.f('fk_history_entry_undoes_id_history_entry')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_history_entry'))
    )
    op.create_index('ix_history_entry_actor', 'history_entry', ['actor_id', 'id'], unique=False)
    op.create_index('ix_history_entry_moved', 'history_entry', ['record_id', 'moved_to', 'at'], unique=False, sqlite_where=sa.text('moved_to IS NOT NULL'), postgresql_where=sa.text('moved_to IS NOT NULL'))
    op.create_index('ix_history_entry_record', 'history_entry', ['record_id', 'id'], unique=False)
    op.create_index(op.f('ix_history_entry_together_with_id'), 'history_entry', ['together_with_id'], unique=False)
    op.create_index(op.f('ix_history_entry_undoes_id'), 'history_entry', ['undoes_id'], unique=False)
    op.create_table('participation',
    sa.Column('id', big_id, nullable=False),
    sa.Column('record_id', big_id, nullable=False),
    sa.Column('role', sa.String(length=63), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('since', moment, nullable=False),
    sa.Column('until', moment, nullable=True),
    sa.CheckConstraint('(user_id IS NULL) <> (unit_id IS NULL)', name=op.f('ck_participation_one_holder')),
    sa.ForeignKeyConstraint(['record_id'], ['record.id'], name=op.f('fk_participation_record_id_record')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_participation_unit_id_unit')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_participation_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_participation'))
    )
    op.create_index('ix_participation_record', 'participation', ['record_id', 'role'], unique=False)
    op.create_index('uq_participation_unit', 'participation', ['record_id', 'role', 'unit_id'], unique=True, sqlite_where=sa.text('until IS NULL AND unit_id IS NOT NULL'), postgresql_where=sa.text('until IS NULL AND unit_id IS NOT NULL'))
    op.create_index('uq_participation_user', 'participation', ['record_id', 'role', 'user_id'], unique=True, sqlite_where=sa.text('until IS NULL AND user_id IS NOT NULL'), postgresql_where=sa.text('until IS NULL AND user_id IS NOT NULL'))
    op.create_table('receipt',
    sa.Column('id', big_id, nullable=False),
    sa.Column('record_id', big_id, nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=63), nullable=False),
    sa.Column('file_id', sa.BigInteger(), nullable=False),
    sa.Column('first_at', moment, nullable=False),
    sa.Column('last_at', moment, nullable=False),
    sa.ForeignKeyConstraint(['record_id'], ['record.id'], name=op.f('fk_receipt_record_id_record')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_receipt_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt')),
    sa.UniqueConstraint('record_id', 'user_id', 'field', 'file_id', name=op.f('uq_receipt_record_id_user_id_field_file_id'))
    )
    op.create_index(op.f('ix_receipt_user_id'), 'receipt', ['user_id'], unique=False)
    op.create_table('record_data',
    sa.Column('record_id', big_id, nullable=False),
    sa.Column('values', json, nullable=False),
    sa.ForeignKeyConstraint(['record_id'], ['record.id'], name=op.f('fk_record_data_record_id_record')),
    sa.PrimaryKeyConstraint('record_id', name=op.f('pk_record_data'))
    )
    op.create_table('record_link',
    sa.Column('id', big_id, nullable=False),
    sa.Column('module', sa.String(length=63), nullable=False),
    sa.Column('relation', sa.String(length=63), nullable=False),
    sa.Column('near_id', big_id, nullable=False),
    sa.Column('far_id', big_id, nullable=False),
    sa.ForeignKeyConstraint(['far_id'], ['record.id'], name=op.f('fk_record_link_far_id_record')),
    sa.ForeignKeyConstraint(['near_id'], ['record.id'], name=op.f('fk_record_link_near_id_record')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_record_link')),
    sa.UniqueConstraint('near_id', 'module', 'relation', 'far_id', name=op.f('uq_record_link_near_id_module_relation_far_id'))
    )
    op.create_index('ix_record_link_far', 'record_link', ['far_id', 'module', 'relation'], unique=False)
    op.create_table('record_tag',
    sa.Column('tag_id', sa.Integer(), nullable=False),
    sa.Column('record_id', big_id, nullable=False),
    sa.ForeignKeyConstraint(['record_id'], ['record.id'], name=op.f('fk_record_tag_record_id_record')),
    sa.ForeignKeyConstraint(['tag_id'], ['tag.id'], name=op.f('fk_record_tag_tag_id_tag')),
    sa.PrimaryKeyConstraint('tag_id', 'record_id', name=op.f('pk_record_tag')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_record_tag_record_id'), 'record_tag', ['record_id'], unique=False)
    op.create_table('search_entry',
    sa.Column('record_id', big_id, nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('principals', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['record_id'], ['record.id'], name=op.f('fk_search_entry_record_id_record')),
    sa.PrimaryKeyConstraint('record_id', name=op.f('pk_search_entry'))
    )
    op.create_table('timer',
    sa.Column('id', big_id, nullable=False),
    sa.Column('record_id', big_id, nullable=False),
    sa.Column('timer', sa.String(length=63), nullable=False),
    sa.Column('at', moment, nullable=False),
    sa.Column('occurrence', sa.Integer(), nullable=False),
    sa.Column('due_at', moment, nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['record_id'], ['record.id'], name=op.f('fk_timer_record_id_record')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_timer')),
    sa.UniqueConstraint('record_id', 'timer', name=op.f('uq_timer_record_id_timer'))
    )
    op.create_index('ix_timer_due', 'timer', ['due_at', 'id'], unique=False)
    op.create_table('voice',
    sa.Column('id', big_id, nullable=False),
    sa.Column('record_id', big_id, nullable=False),
    sa.Column('action', sa.String(length=63), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('cast_for_id', sa.Integer(), nullable=False),
    sa.Column('yes', sa.Boolean(), nullable=False),
    sa.Column('at', moment, nullable=False),
    sa.ForeignKeyConstraint(['cast_for_id'], ['user_account.id'], name=op.f('fk_voice_cast_for_id_user_account')),
    sa.ForeignKeyConstraint(['person_id'], ['user_account.id'], name=op.f('fk_voice_person_id_user_account')),
    sa.ForeignKeyConstraint(['record_id'], ['record.id'], name=op.f('fk_voice_record_id_record')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice')),
    sa.UniqueConstraint('record_id', 'action', 'cast_for_id', name=op.f('uq_voice_record_id_action_cast_for_id'))
    )
    op.create_table('attachment',
    sa.Column('id', big_id, nullable=False),
    sa.Column('record_id', big_id, nullable=False),
    sa.Column('file_id', big_id, nullable=False),
    sa.Column('field', sa.String(length=63), nullable=True),
    sa.Column('comment_id', big_id, nullable=True),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.Column('added_at', moment, nullable=False),
    sa.ForeignKeyConstraint(['added_by_id'], ['user_account.id'], name=op.f('fk_attachment_added_by_id_user_account')),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_attachment_comment_id_comment')),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_attachment_file_id_file')),
    sa.ForeignKeyConstraint(['record_id'], ['record.id'], name=op.f('fk_attachment_record_id_record')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment'))
    )
    op.create_index(op.f('ix_attachment_comment_id'), 'attachment', ['comment_id'], unique=False)
    op.create_index(op.f('ix_attachment_file_id'), 'attachment', ['file_id'], unique=False)
    op.create_index('ix_attachment_record', 'attachment', ['record_id', 'field'], unique=False)
    op.create_table('history_row',
    sa.Column('id', big_id, nullable=False),
    sa.Column('entry_id', big_id, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('data', json, nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['history_entry.id'], name=op.f('fk_history_row_entry_id_history_entry')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_history_row'))
    )
    op.create_index('ix_history_row_entry', 'history_row', ['entry_id', 'position'], unique=False)
    op.create_table('occurrence',
    sa.Column('id', big_id, nullable=False),
    sa.Column('record_id', big_id, nullable=False),
    sa.Column('entry_id', big_id, nullable=True),
    sa.Column('event', sa.String(length=130), nullable=False),
    sa.Column('source_id', big_id, nullable=True),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('acting_for_id', sa.Integer(), nullable=True),
    sa.Column('people', json, nullable=False),
    sa.Column('data', json, nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('at', moment, nullable=False),
    sa.Column('due_at', moment, nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('done_at', moment, nullable=True),
    sa.ForeignKeyConstraint(['acting_for_id'], ['user_account.id'], name=op.f('fk_occurrence_acting_for_id_user_account')),
    sa.ForeignKeyConstraint(['actor_id'], ['user_account.id'], name=op.f('fk_occurrence_actor_id_user_account')),
    sa.ForeignKeyConstraint(['entry_id'], ['history_entry.id'], name=op.f('fk_occurrence_entry_id_history_entry')),
    sa.ForeignKeyConstraint(['record_id'], ['record.id'], name=op.f('fk_occurrence_record_id_record')),
    sa.ForeignKeyConstraint(['source_id'], ['record.id'], name=op.f('fk_occurrence_source_id_record')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_occurrence'))
    )
    op.create_index('ix_occurrence_due', 'occurrence', ['due_at', 'id'], unique=False, sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))
    op.create_index(op.f('ix_occurrence_entry_id'), 'occurrence', ['entry_id'], unique=False)
    op.create_index('ix_occurrence_record', 'occurrence', ['record_id', 'id'], unique=False)
    op.create_table('notification',
    sa.Column('id', big_id, nullable=False),
    sa.Column('occurrence_id', big_id, nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=30), nullable=False),
    sa.Column('record_id', big_id, nullable=True),
    sa.Column('recipient', sa.String(length=63), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', moment, nullable=False),
    sa.Column('due_at', moment, nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('sent_at', moment, nullable=True),
    sa.Column('read_at', moment, nullable=True),
    sa.ForeignKeyConstraint(['occurrence_id'], ['occurrence.id'], name=op.f('fk_notification_occurrence_id_occurrence')),
    sa.ForeignKeyConstraint(['record_id'], ['record.id'], name=op.f('fk_notification_record_id_record')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_notification_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification')),
    sa.UniqueConstraint('occurrence_id', 'user_id', 'channel', name=op.f('uq_notification_occurrence_id_user_id_channel'))
    )
    op.create_index('ix_notification_due', 'notification', ['due_at', 'id'], unique=False, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
    op.create_index('ix_notification_unread', 'notification', ['user_id', 'channel'], unique=False, sqlite_where=sa.text('read_at IS NULL'), postgresql_where=sa.text('read_at IS NULL'))
    op.create_index('ix_notification_user', 'notification', ['user_id', 'channel', 'id'], unique=False)
    statements = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE search_index")
    op.drop_index('ix_notification_user', table_name='notification')
    op.drop_index('ix_notification_unread', table_name='notification', sqlite_where=sa.text('read_at IS NULL'), postgresql_where=sa.text('read_at IS NULL'))
    op.drop_index('ix_notification_due', table_name='notification', sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
    op.drop_table('notification')
    op.drop_index('ix_occurrence_record', table_name='occurrence')
    op.drop_index(op.f('ix_occurrence_entry_id'), table_name='occurrence')
    op.drop_index('ix_occurrence_due', table_name='occurrence', sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))
    op.drop_table('occurrence')
    op.drop_index('ix_history_row_entry', table_name='history_row')
    op.drop_table('history_row')
    op.drop_index('ix_attachment_record', table_name='attachment')
    op.drop_index(op.f('ix_attachment_file_id'), table_name='attachment')
    op.drop_index(op.f('ix_attachment_comment_id'), table_name='attachment')
    op.drop_table('attachment')
    op.drop_table('voice')
    op.drop_index('ix_timer_due', table_name='timer')
    op.drop_table('timer')
    op.drop_table('search_entry')
    op.drop_index(op.f('ix_record_tag_record_id'), table_name='record_tag')
    op.drop_table('record_tag')
    op.drop_index('ix_record_link_far', table_name='record_link')
    op.drop_table('record_link')
    op.drop_table('record_data')
    op.drop_index(op.f('ix_receipt_user_id'), table_name='receipt')
    op.drop_table('receipt')
    op.drop_index('uq_participation_user', table_name='participation', sqlite_where=sa.text('until IS NULL AND user_id IS NOT NULL'), postgresql_where=sa.text('until IS NULL AND user_id IS NOT NULL'))
    op.drop_index('uq_participation_unit', table_name='participation', sqlite_where=sa.text('until IS NULL AND unit_id IS NOT NULL'), postgresql_where=sa.text('until IS NULL AND unit_id IS NOT NULL'))
    op.drop_index('ix_participation_record', table_name='participation')
    op.drop_table('participation')
    op.drop_index(op.f('ix_history_entry_undoes_id'), table_name='history_entry')
    op.drop_index(op.f('ix_history_entry_together_with_id'), table_name='history_entry')
    op.drop_index('ix_history_entry_record', table_name='history_entry')
    op.drop_index('ix_history_entry_moved', table_name='history_entry', sqlite_where=sa.text('moved_to IS NOT NULL'), postgresql_where=sa.text('moved_to IS NOT NULL'))
    op.drop_index('ix_history_entry_actor', table_name='history_entry')
    op.drop_table('history_entry')
    op.drop_index(op.f('ix_hand_over_record_id'), table_name='hand_over')
    op.drop_table('hand_over')
    op.drop_index('ix_comment_record', table_name='comment')
    op.drop_table('comment')
    op.drop_index(op.f('ix_user_group_member_user_id'), table_name='user_group_member')
    op.drop_table('user_group_member')
    op.drop_index(op.f('ix_revision_publication_id'), table_name='revision')
    op.drop_table('revision')
    op.drop_index('ix_record_status', table_name='record')
    op.drop_index('ix_record_owner', table_name='record', sqlite_where=sa.text('owner_id IS NOT NULL'), postgresql_where=sa.text('owner_id IS NOT NULL'))
    op.drop_index('ix_record_module_sort', table_name='record', sqlite_where=sa.text('deleted_at IS NULL'), postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_index('ix_record_module_newest', table_name='record', sqlite_where=sa.text('deleted_at IS NULL'), postgresql_where=sa.text('deleted_at IS NULL'))
    op.drop_table('record')
    op.drop_index('uq_function_grant_user', table_name='function_grant', sqlite_where=sa.text('user_id IS NOT NULL'), postgresql_where=sa.text('user_id IS NOT NULL'))
    op.drop_index('uq_function_grant_group', table_name='function_grant', sqlite_where=sa.text('group_id IS NOT NULL'), postgresql_where=sa.text('group_id IS NOT NULL'))
    op.drop_table('function_grant')
    op.drop_index('ix_field_value_text', table_name='field_value', sqlite_where=sa.text('value_text IS NOT NULL'), postgresql_where=sa.text('value_text IS NOT NULL'))
    op.drop_index('ix_field_value_number', table_name='field_value', sqlite_where=sa.text('value_number IS NOT NULL'), postgresql_where=sa.text('value_number IS NOT NULL'))
    op.drop_table('field_value')
    op.drop_index(op.f('ix_web_session_user_id'), table_name='web_session')
    op.drop_index(op.f('ix_web_session_expires_at'), table_name='web_session')
    op.drop_table('web_session')
    op.drop_index(op.f('ix_user_manager_manager_id'), table_name='user_manager')
    op.drop_table('user_manager')
    op.drop_index('uq_user_group_code', table_name='user_group', sqlite_where=sa.text('code IS NOT NULL'), postgresql_where=sa.text('code IS NOT NULL'))
    op.drop_index(op.f('ix_user_group_owner_id'), table_name='user_group')
    op.drop_table('user_group')
    op.drop_index(op.f('ix_unit_side_side'), table_name='unit_side')
    op.drop_table('unit_side')
    op.drop_index('uq_unit_holding_now', table_name='unit_holding', sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
    op.drop_index(op.f('ix_unit_holding_user_id'), table_name='unit_holding')
    op.drop_table('unit_holding')
    op.drop_index(op.f('ix_unit_closure_ancestor_id'), table_name='unit_closure')
    op.drop_table('unit_closure')
    op.drop_table('tag')
    op.drop_index('ix_sign_in_attempt_name', table_name='sign_in_attempt')
    op.drop_index('ix_sign_in_attempt_address', table_name='sign_in_attempt')
    op.drop_table('sign_in_attempt')
    op.drop_index('uq_setting_unit', table_name='setting', sqlite_where=sa.text('unit_id IS NOT NULL'), postgresql_where=sa.text('unit_id IS NOT NULL'))
    op.drop_index('uq_setting_installation', table_name='setting', sqlite_where=sa.text('unit_id IS NULL'), postgresql_where=sa.text('unit_id IS NULL'))
    op.drop_table('setting')
    op.drop_index('ix_saved_view_user', table_name='saved_view')
    op.drop_table('saved_view')
    op.drop_table('role_bit')
    op.drop_table('record_status')
    op.drop_table('publication')
    op.drop_table('preference')
    op.drop_index(op.f('ix_idempotency_key_at'), table_name='idempotency_key')
    op.drop_table('idempotency_key')
    op.drop_index('ix_file_state', table_name='file')
    op.drop_index(op.f('ix_file_content_hash'), table_name='file')
    op.drop_table('file')
    op.drop_table('field_code')
    op.drop_index('ix_audit_entry_subject', table_name='audit_entry')
    op.drop_table('audit_entry')
    op.drop_index(op.f('ix_api_token_user_id'), table_name='api_token')
    op.drop_table('api_token')
    op.drop_index('ix_access_sort', table_name='access')
    op.drop_index('ix_access_record', table_name='access')
    op.drop_index('ix_access_open', table_name='access', sqlite_where=sa.text('is_open = 1'), postgresql_where=sa.text('is_open'))
    op.drop_table('access')
    op.drop_index(op.f('ix_user_account_name_sort'), table_name='user_account')
    op.drop_table('user_account')
    op.drop_index(op.f('ix_unit_parent_id'), table_name='unit')
    op.drop_table('unit')
    op.drop_table('module_code')
    op.drop_table('generation')
    op.drop_table('definition')
    op.drop_table('counter')
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change")
