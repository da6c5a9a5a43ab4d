"""Runs migrations on the connection that `luongviec.store.migrating` gives."""

from alembic import context

import luongviec.store.models  # noqa: F401 - makes the metadata complete
from luongviec.store.database import Base

#: Made by statements of the migrations, not by models.
OTHER_TABLES = ("search_index",)


def include_name(name: str | None, kind: str, parent_names: object) -> bool:
    """Leave out what no model describes."""
    return kind != "table" or not (name or "").startswith(OTHER_TABLES)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_name=include_name,
    compare_type=True,
    render_as_batch=False,
)
with context.begin_transaction():
    context.run_migrations()
