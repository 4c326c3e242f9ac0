# One image for every stage: what is locked, then what is ours, under an account without rights.
FROM python:3.11-slim AS build
# Another package index, where the usual one cannot be reached; hashes are checked all the same.
ARG PIP_INDEX_URL
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/huiying
ENV PATH=/opt/huiying/bin:$PATH
WORKDIR /source
COPY requirements/pip.txt requirements/image.txt requirements/
RUN pip install --quiet --require-hashes -r requirements/pip.txt \
 && pip install --quiet --require-hashes -r requirements/image.txt
COPY . .
RUN pip install --quiet --no-deps --no-build-isolation .

FROM python:3.11-slim
# The images of Kafka and Elasticsearch run as 1000 too: one owner for all secrets.
RUN groupadd --gid 1000 huiying \
 && useradd --uid 1000 --gid 1000 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin huiying \
 && install -d -o huiying -g huiying -m 0700 /data
COPY --from=build /opt/huiying /opt/huiying
ENV PATH=/opt/huiying/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp HUIYING_DATA=/data
USER 1000:1000
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["huiying"]
CMD ["run"]
