"""What all relational tables share: their metadata with its names of constraints, and the types of
ids.

Nothing here or beside it that PostgreSQL could not do. Moments are nanoseconds since 1970
(``…_ns``); JSON is text.
"""

from sqlalchemy import MetaData, String

SLUG = String(63)
ID = String(64)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
