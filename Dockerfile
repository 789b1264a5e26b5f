# The image of one office: `staffwork serve` as a user of its own, everything it keeps in one volume.

FROM python:3.11-slim-bookworm AS build
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/staffwork
# First what changes rarely, so that a new version of the program does not fetch everything again.
COPY requirements.lock ./
RUN /opt/staffwork/bin/pip install --require-hashes --no-deps --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY collectors collectors
COPY digest digest
COPY templates templates
RUN /opt/staffwork/bin/pip install --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/staffwork --shell /usr/sbin/nologin staffwork \
    && install -d -m 0700 -o staffwork -g staffwork /var/lib/staffwork
COPY --from=build /opt/staffwork /opt/staffwork
ENV PATH=/opt/staffwork/bin:$PATH PYTHONUNBUFFERED=1 STAFFWORK_HOME=/var/lib/staffwork
USER staffwork
WORKDIR /var/lib/staffwork
VOLUME /var/lib/staffwork
EXPOSE 8000
# Any page will do, the sign-in page too; only a failing or silent server is unhealthy.
HEALTHCHECK --start-period=30s --timeout=10s CMD ["python", "-c", "import http.client, sys; \
server = http.client.HTTPConnection('127.0.0.1', 8000, timeout=8); \
server.request('GET', '/'); sys.exit(server.getresponse().status >= 500)"]
ENTRYPOINT ["staffwork"]
CMD ["serve", "--host", "0.0.0.0"]
