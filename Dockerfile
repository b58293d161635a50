# Homeward: one image for web and worker.
FROM python:3.13-slim AS built
WORKDIR /homeward
COPY requirements.lock .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.13-slim
RUN useradd --create-home --uid 10001 homeward && mkdir -p /homeward/instance /figures \
    && chown homeward /homeward/instance /figures
WORKDIR /homeward
COPY --from=built /venv /venv
COPY portal portal
COPY templates templates
COPY static static
COPY migrations migrations
COPY wsgi.py pyproject.toml LICENSE ./
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 FLASK_APP=wsgi
USER homeward
EXPOSE 8000
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket", "wsgi:app"]
