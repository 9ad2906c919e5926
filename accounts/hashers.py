from django.contrib.auth.hashers import PBKDF2PasswordHasher


class SlipPasswordHasher(PBKDF2PasswordHasher):
    """For one-time passwords, which are drawn at random: a hundred slips must not take a minute to hash.

    59 bits for a week are out of reach at this cost, too; passwords that people choose need the slow one.
    """

    algorithm = "pbkdf2_sha256_slip"
    iterations = 20_000
