"""The cache may be away: no page fails or waits because of it."""

import logging
import time

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 5.0  # after a failure Redis is not asked for so long


class TolerantRedisCache(RedisCache):
    """Redis as a cache that answers "not found" and forgets writes while Redis is away."""

    _away_until = 0.0

    def __init__(self, server, params):
        super().__init__(server, params)
        # Without this the client tries three times, each with a time-out.
        self._options.setdefault("retry", Retry(NoBackoff(), 0))

    def _ask(self, question, otherwise):
        if time.monotonic() < TolerantRedisCache._away_until:
            return otherwise
        try:
            return question()
        except (RedisError, OSError) as error:
            TolerantRedisCache._away_until = time.monotonic() + PAUSE_SECONDS
            logger.warning("cache away", extra={"event": "cache_away", "error": type(error).__name__})
            return otherwise

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        return self._ask(lambda: super(TolerantRedisCache, self).add(key, value, timeout, version), True)

    def get(self, key, default=None, version=None):
        return self._ask(lambda: super(TolerantRedisCache, self).get(key, default, version), default)

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        self._ask(lambda: super(TolerantRedisCache, self).set(key, value, timeout, version), None)

    def touch(self, key, timeout=DEFAULT_TIMEOUT, version=None):
        return self._ask(lambda: super(TolerantRedisCache, self).touch(key, timeout, version), False)

    def delete(self, key, version=None):
        return self._ask(lambda: super(TolerantRedisCache, self).delete(key, version), False)

    def get_many(self, keys, version=None):
        return self._ask(lambda: super(TolerantRedisCache, self).get_many(keys, version), {})

    def has_key(self, key, version=None):
        return self._ask(lambda: super(TolerantRedisCache, self).has_key(key, version), False)

    def incr(self, key, delta=1, version=None):
        return self._ask(lambda: super(TolerantRedisCache, self).incr(key, delta, version), delta)

    def set_many(self, data, timeout=DEFAULT_TIMEOUT, version=None):
        return self._ask(lambda: super(TolerantRedisCache, self).set_many(data, timeout, version), list(data))

    def delete_many(self, keys, version=None):
        self._ask(lambda: super(TolerantRedisCache, self).delete_many(keys, version), None)

    def clear(self):
        return self._ask(lambda: super(TolerantRedisCache, self).clear(), False)
