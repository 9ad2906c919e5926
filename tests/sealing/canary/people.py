"""Made-up complainants who can be told from everything else: signs and digits that stand nowhere else in the platform."""

from dataclasses import dataclass

from sealing.guard import CHECK, WEIGHTS

# Old signs of the teeth radical: no text, name or address of the platform has two of them side by side.
SIGNS = [chr(sign) for sign in range(0x9F52, 0x9F7F)]
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
# No mobile number and no birthday of anybody else begins like this.
DIGITS = "1917"


@dataclass(frozen=True)
class Person:
    """`name`, `phone`, `number` (18 places, valid) and `address` as the form takes them."""

    at: int
    name: str
    phone: str
    number: str
    address: str

    @property
    def entries(self):
        return {"name": self.name, "phone": self.phone, "number": self.number, "address": self.address}

    @property
    def marks(self):
        """{what gives this person away: which entry it is of}; half a name is enough."""
        return {
            self.name[1:]: "name", self.address[4:7]: "address", self.phone: "phone",
            self.number[6:17]: "number",
        }  # fmt: skip


def three(at):
    """The `at`-th triple of signs of which no two are alike."""
    count = len(SIGNS)
    first, rest = at % count, at // count
    second, third = rest % (count - 1), rest // (count - 1) % (count - 2)
    left = SIGNS[:first] + SIGNS[first + 1 :]
    sign = left.pop(second)
    return SIGNS[first] + sign + left[third]


def identity_number(at):
    front = f"320831{DIGITS}{at % 12 + 1:02}{at // 12 % 28 + 1:02}{at // 336 % 1000:03}"
    return front + CHECK[sum(int(digit) * weight for digit, weight in zip(front, WEIGHTS, strict=True)) % 11]


def person(at):
    return Person(
        at=at,
        name=SURNAMES[at % len(SURNAMES)] + three(at),
        phone=f"{DIGITS}{at * 7919 % 10**7:07}",
        number=identity_number(at),
        address=f"健康西路{three(at + 40_000)}巷{at % 90 + 1}号",
    )
