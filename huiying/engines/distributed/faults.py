"""What Elasticsearch and its client say when something fails, told by what the caller can do about it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from elastic_transport import ConnectionError as Unreachable
from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, UnsupportedProductError

from huiying.errors import Misconfigured, TryAgain

BLOCKED = "cluster_block_exception"
NO_INDEX = "index_not_found_exception"
MISSING = "Elasticsearch 里的索引不见了或正在更换。若不会自动恢复，请运行 huiying index migrate 查看"
_SHARDS = {"search_phase_execution_exception", "no_shard_available_action_exception"}
UPGRADED = "Elasticsearch 的索引正在换格式或已经换好，暂不接受写入；若刚升级过，请用新版本重启本程序"


class Unready(TryAgain):
    """A shard does not answer yet: an index that was just made, or that moves."""


@contextlib.contextmanager
def told(address: str, *, opening: bool = False) -> Iterator[None]:
    """Raises TryAgain or Misconfigured, whichever fits; anything else goes through as it is.

    While ``opening``, an address where nobody answers is a person's to mend; later it may pass.
    """
    try:
        yield
    except UnsupportedProductError as error:
        raise Misconfigured(
            f"{address} 不是 Elasticsearch（可能是 OpenSearch 或别的服务）。请检查 HUIYING_ELASTICSEARCH"
        ) from error
    except (TransportError, ApiError) as error:
        if reason := _misconfigured(error, address, opening=opening):
            raise Misconfigured(reason) from error
        if reason := _passing(error, address):
            unready = isinstance(error, ApiError) and error.status_code == 503 and kind(error) in _SHARDS
            raise (Unready if unready else TryAgain)(reason) from error
        raise


def kind(error: ApiError) -> str:
    """Elasticsearch's own name of an error; '' where it gave none."""
    body = error.body
    inner = body.get("error") if isinstance(body, dict) else None
    return str(inner.get("type", "")) if isinstance(inner, dict) else ""


def _misconfigured(error: TransportError | ApiError, address: str, *, opening: bool) -> str:
    if isinstance(error, TlsError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
        return (
            f"{address} 的 TLS 证书不能信任或名称不符。请用 HUIYING_ELASTICSEARCH_CA 指明签发它的 CA 证书文件，"
            "并核对地址中的主机名"
        )
    if isinstance(error, ApiError):
        if error.status_code == 401:
            return f"{address} 不接受这个账号或口令。请检查 HUIYING_ELASTICSEARCH_USERNAME 和 _PASSWORD"
        if error.status_code == 403 and kind(error) != BLOCKED:
            return f"{address} 上这个账号权限不够（{kind(error)}）。所需权限见 docs/operate.md"
        if error.status_code in {400, 406} and kind(error) == "media_type_header_exception":
            return (
                f"{address} 的 Elasticsearch 版本不对：本程序需要 9.x。请升级它，或检查 HUIYING_ELASTICSEARCH"
            )
        return ""
    if opening and isinstance(error, ConnectionTimeout):
        return f"{address} 接受连接，但没有回答。请检查 HUIYING_ELASTICSEARCH 写的是不是 Elasticsearch 的 HTTP 端口，以及它是否正常"
    if opening and isinstance(error, Unreachable):
        return f"连不上 Elasticsearch：{address}。请检查它是否已启动，以及 HUIYING_ELASTICSEARCH 写的地址"
    return ""


def _passing(error: TransportError | ApiError, address: str) -> str:
    if isinstance(error, ConnectionTimeout):
        return f"Elasticsearch（{address}）没有及时回答，稍后自动重试"
    if isinstance(error, Unreachable):
        return f"连不上 Elasticsearch（{address}），恢复后会自动继续"
    if isinstance(error, ApiError):
        if error.status_code in {408, 429} or error.status_code >= 500:
            return (
                f"Elasticsearch（{address}）暂时忙或不可用（{error.status_code} {kind(error)}），稍后自动重试"
            )
        if kind(error) == BLOCKED:
            return UPGRADED
        if kind(error) == NO_INDEX:
            return MISSING
        return ""
    return f"与 Elasticsearch（{address}）的通信出错：{error}"
