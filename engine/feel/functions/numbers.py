"""Built-in functions over numbers: rounding, roots, remainders."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

from engine.feel.errors import NoValue
from engine.feel.functions.registry import Declarations
from engine.feel.kinds import NUMBERS, YearsMonthsDuration

FUNCTIONS = feel = Declarations()
SMALLEST_SCALE, LARGEST_SCALE = -6111, 6176
_WIDE = Context(prec=6_500)


def rounded(number: Decimal, scale: Decimal, mode: str) -> Decimal:
    """The number with so many digits behind the point (before it, where negative)."""
    places = int(scale)
    if not SMALLEST_SCALE <= places <= LARGEST_SCALE:
        raise NoValue
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places:
        return number
    return NUMBERS.plus(number.quantize(Decimal(1).scaleb(-places), rounding=mode, context=_WIDE))


@feel("decimal(n: number, scale: number) -> number")
def decimal(n: Decimal, scale: Decimal) -> object:
    return rounded(n, scale, ROUND_HALF_EVEN)


@feel("floor(n: number) -> number")
def floor(n: Decimal) -> object:
    return rounded(n, Decimal(0), ROUND_FLOOR)


@feel("floor(n: number, scale: number) -> number")
def floor_to(n: Decimal, scale: Decimal) -> object:
    return rounded(n, scale, ROUND_FLOOR)


@feel("ceiling(n: number) -> number")
def ceiling(n: Decimal) -> object:
    return rounded(n, Decimal(0), ROUND_CEILING)


@feel("ceiling(n: number, scale: number) -> number")
def ceiling_to(n: Decimal, scale: Decimal) -> object:
    return rounded(n, scale, ROUND_CEILING)


@feel("round up(n: number, scale: number) -> number")
def round_up(n: Decimal, scale: Decimal) -> object:
    return rounded(n, scale, ROUND_UP)


@feel("round down(n: number, scale: number) -> number")
def round_down(n: Decimal, scale: Decimal) -> object:
    return rounded(n, scale, ROUND_DOWN)


@feel("round half up(n: number, scale: number) -> number")
def round_half_up(n: Decimal, scale: Decimal) -> object:
    return rounded(n, scale, ROUND_HALF_UP)


@feel("round half down(n: number, scale: number) -> number")
def round_half_down(n: Decimal, scale: Decimal) -> object:
    return rounded(n, scale, ROUND_HALF_DOWN)


@feel("abs(n: scalar) -> argument")
def absolute(n: object) -> object:
    return YearsMonthsDuration(abs(n.total)) if isinstance(n, YearsMonthsDuration) else abs(n)  # type: ignore[arg-type]


@feel("modulo(dividend: number, divisor: number) -> number")
def modulo(dividend: Decimal, divisor: Decimal) -> object:
    """The remainder with the divisor's sign."""
    whole = NUMBERS.divide(dividend, divisor).to_integral_value(ROUND_FLOOR)
    return NUMBERS.subtract(dividend, NUMBERS.multiply(divisor, whole))


@feel("sqrt(number: number) -> number")
def sqrt(number: Decimal) -> object:
    return NUMBERS.sqrt(number)


@feel("log(number: number) -> number")
def log(number: Decimal) -> object:
    if number <= 0:
        raise NoValue
    return NUMBERS.ln(number)


@feel("exp(number: number) -> number")
def exp(number: Decimal) -> object:
    return NUMBERS.exp(number)


@feel("odd(number: number) -> boolean")
def odd(number: Decimal) -> object:
    return _parity(number) == 1


@feel("even(number: number) -> boolean")
def even(number: Decimal) -> object:
    return _parity(number) == 0


def _parity(number: Decimal) -> int:
    if number != number.to_integral_value():
        raise NoValue
    return int(number.as_tuple().digits[-1]) % 2 if number.as_tuple().exponent == 0 else int(number) % 2
