"""The two images that speak Zechat's API: Zechat's own and the reference backend's."""

from .images import ImageRecipe, recipes

ZECHAT = ImageRecipe(
    name="zechat",
    port=3100,
    services={
        "DB_HOST": "{postgres.host}",
        "DB_PORT": "{postgres.port}",
        "DB_NAME": "{postgres.database}",
        "DB_USER": "{postgres.user}",
        "DB_PASS": "{postgres.password}",
        "IO_REDIS_SERVER": "{redis.host}",
        "IO_REDIS_PORT": "{redis.port}",
        "IO_REDIS_PASSWORD": "",
    },
    provider={
        "PORT": "{backend.port}",
        "NODE_ENV": "development",  # with `production` it never finishes booting
        "JWT_SECRET": "{run.secret}",
        "JWT_REFRESH_SECRET": "{run.secret}-refresh",
        "CONNECTIONS_LIMIT": "100000",
        "BACKEND_URL": "{backend.url}",
        "FRONTEND_URL": "{backend.url}",
        "USE_EVOLUTION_API": "true",
        "EVOLUTION_API_URL": "{evolution.url}",
        "EVOLUTION_API_AUTH_TYPE": "apikey",
        "EVOLUTION_API_KEY": "{evolution.api_key}",
    },
)
REFERENCE = ImageRecipe(
    name="channel-backend",
    port=3100,
    services={
        "CHANNEL_BACKEND_DATABASE_URL": "{postgres.url}",
        "CHANNEL_BACKEND_REDIS_URL": "{redis.url}",
    },
    provider={
        "CHANNEL_BACKEND_HOST": "0.0.0.0",
        "CHANNEL_BACKEND_PORT": "{backend.port}",
        "CHANNEL_BACKEND_PUBLIC_URL": "{backend.url}",
        "CHANNEL_BACKEND_JWT_SECRET": "{run.secret}",
        "CHANNEL_BACKEND_EVOLUTION_URL": "{evolution.url}",
        "CHANNEL_BACKEND_EVOLUTION_API_KEY": "{evolution.api_key}",
        "CHANNEL_BACKEND_ADMIN_PASSWORD": "{admin.password}",
    },
    init=(
        "python3 -m channel_backend migrate",
        "python3 -m channel_backend create-admin --email {admin.email}",
    ),
    makes_admin=True,
)

recipes("zechat")((ZECHAT, REFERENCE))
