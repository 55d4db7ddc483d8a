"""Values that are read from text and dumped to JSON: how pydantic sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

    from models.units import Vocabulary

STRICT: Final[dict[str, Any]] = {"extra": "forbid"}
"""pydantic's configuration of every table of a file: what is no field of it is refused."""


class Readable:
    """A value with a text form. pydantic's validation context is the `Vocabulary` to read with."""

    __slots__ = ()

    @classmethod
    def read(cls, text: str, vocabulary: Vocabulary) -> Self:
        """Read a value of this type from text.

        Raises:
            ValueError: one line that names the text and what is expected.
        """
        raise NotImplementedError

    def dump(self) -> Any:
        """The value as JSON has it."""
        raise NotImplementedError

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        from models.units import Vocabulary

        def validate(value: Any, info: core_schema.ValidationInfo) -> Readable:
            if isinstance(value, cls):
                return value
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                raise ValueError(f"expected text such as '100M user', not {value!r}")
            return cls.read(str(value), info.context or Vocabulary())

        return core_schema.with_info_plain_validator_function(
            validate,
            serialization=core_schema.plain_serializer_function_ser_schema(lambda v: v.dump()),
        )
