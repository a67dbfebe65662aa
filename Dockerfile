# The fake alone:
#   docker build -t fake-evolution .
#   docker run --rm -p 127.0.0.1:8080:8080 -e FAKE_EVOLUTION_CONTROL_KEY=choose-one fake-evolution
# Every option of `fake-evolution serve` is a FAKE_EVOLUTION_* variable, or an argument after the image's name.
# BASE_IMAGE is anything with `python3`, 3.11 or newer, its `venv`, and a shell.
ARG BASE_IMAGE=python:3.13-slim

FROM ${BASE_IMAGE} AS build
RUN python3 -m venv /opt/tools && /opt/tools/bin/pip install --quiet --disable-pip-version-check uv
WORKDIR /src
COPY requirements.lock pyproject.toml README.md CHANGELOG.md LICENSE ./
# Packages first: they change less often than our own sources.
RUN python3 -m venv --without-pip /opt/fake-evolution \
    && /opt/tools/bin/uv pip install --quiet --compile-bytecode --python /opt/fake-evolution/bin/python3 \
        --constraint requirements.lock --requirement pyproject.toml
COPY fake_evolution fake_evolution
COPY scenarios/catalogue scenarios/catalogue
RUN /opt/tools/bin/uv pip install --quiet --compile-bytecode --python /opt/fake-evolution/bin/python3 --no-deps .

FROM ${BASE_IMAGE}
COPY --from=build /opt/fake-evolution /opt/fake-evolution
RUN useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin fake
ENV PATH=/opt/fake-evolution/bin:$PATH PYTHONUNBUFFERED=1 \
    FAKE_EVOLUTION_HOST=0.0.0.0 FAKE_EVOLUTION_PORT=8080
USER fake
EXPOSE 8080
# The server's own greeting: it needs no key. With another port by an argument, give the variable, too.
HEALTHCHECK --interval=5s --timeout=4s --start-period=10s --retries=3 CMD ["python3", "-c", \
    "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['FAKE_EVOLUTION_PORT'], timeout=3)"]
ENTRYPOINT ["fake-evolution"]
CMD ["serve"]
