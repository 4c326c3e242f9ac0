from __future__ import annotations

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadConnectionRefusedError, DownloadTimeoutError
from scrapy.http import Response

from crawlers.gate import SILENT_AFTER, Gate, inward, literal
from crawlers.guard import Guard, Refused


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.2", "2130706434", "0x7f000002", "0177.0.0.2", "[::ffff:127.0.0.2]", "::1", "10.1.2.3",
        "192.168.1.1", "172.16.9.9", "169.254.169.254", "100.64.0.1", "0.0.0.0", "[fe80::1%25eth0]", "fd00::1",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "224.0.0.1", "255.255.255.255",
    ],
)  # fmt: skip
def test_an_address_inside_is_refused_in_every_spelling(host: str) -> None:
    address = literal(host)
    assert address is not None and inward(address)
    assert not Gate().admits(host, 80)


@pytest.mark.parametrize("host", ["1.1.1.1", "2606:4700::1111", "www.example.gov.cn"])
def test_the_open_internet_is_admitted(host: str) -> None:
    assert Gate().admits(host, 443)


def test_an_allowed_host_is_admitted_at_its_port_alone() -> None:
    gate = Gate(["127.0.0.1:8091", "10.8.0.0/24", "oa.example.gov.cn"])
    assert gate.admits("127.0.0.1", 8091)
    assert not gate.admits("127.0.0.1", 22)
    assert not gate.admits("127.2", 8091)
    assert gate.admits("10.8.0.77", 80) and not gate.admits("10.8.1.77", 80)


def test_a_name_is_judged_by_the_address_that_is_dialled() -> None:
    gate = Gate(["oa.example.gov.cn"])
    assert gate.admits_address("oa.example.gov.cn", "10.0.0.8", 80)
    assert not gate.admits_address("www.example.com", "10.0.0.8", 80)
    assert gate.refused == {"www.example.com": "10.0.0.8"}
    assert gate.admits_address("www.example.com", "1.1.1.1", 80)


def test_taking_a_host_off_the_list_refuses_it_at_once() -> None:
    gate = Gate(["127.0.0.1"])
    gate.allow([])
    assert not gate.admits("127.0.0.1", 80)


def test_a_host_that_hangs_is_left_alone_for_a_while_so_that_its_other_sources_need_not_wait() -> None:
    guard = Guard(Gate())
    page, other = Request("http://a.example.cn/1"), Request("http://b.example.cn/1")
    for _ in range(SILENT_AFTER):
        guard.process_request(page)
        guard.process_exception(page, DownloadTimeoutError())
    with pytest.raises(Refused, match="没有答复"):
        guard.process_request(page)
    guard.process_request(other)


def test_one_slow_page_among_others_is_no_silence() -> None:
    guard = Guard(Gate())
    page = Request("http://a.example.cn/1")
    for _ in range(3 * SILENT_AFTER):
        guard.process_exception(page, DownloadTimeoutError())
        guard.process_response(page, Response(page.url))
        guard.process_exception(page, DownloadConnectionRefusedError())
    guard.process_request(page)
