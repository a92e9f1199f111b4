"""The processes behind ``ExtractionPool``: a nursery that has imported the extractors once, and the workers it forks.

The nursery is a fresh interpreter of its own, so the parent's main module is never imported again (it may be a script
without a guard). It gets one socket for each worker wanted and ends when its parent's end of the control socket closes, however
the parent ended; the kernel then kills its workers, busy or not.
"""

import ctypes
import gc
import os
import resource
import signal
import socket
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from typing import Final, Never

from lxml.html import document_fromstring

from blockwire.schemas.policies import MIB, ExtractionPolicy
from blockwire.schemas.rules import RuleSet
from blockwire.transforms.classification.gate import Gate
from blockwire.transforms.extraction.article import article_from_entry, extract_article
from blockwire.transforms.extraction.body import trafilatura_text
from blockwire.transforms.extraction.first_look import first_look
from blockwire.transforms.extraction.messages import Answer, EntryTask, ExtractionFailed, Task
from blockwire.transforms.extraction.paragraph_model import paragraph_model
from blockwire.transforms.freed_memory import give_back_freed_memory
from blockwire.transforms.garbage import collect_garbage_seldom
from blockwire.transforms.packed import Packed
from blockwire.transforms.text.language import detect_language
from blockwire.transforms.text.urls import public_suffixes

_PR_SET_PDEATHSIG = 1
LARGE_BYTES: Final = 4 * MIB
"""Most pages and what is made of them are smaller; a worker has one at a time."""


def main(control_fd: int, rules_fd: int | None = None) -> None:
    """The nursery: forks a worker for each socket that comes in, until the control socket closes.

    Args:
        control_fd: the socket that sockets come in by.
        rules_fd: a file with the rules in it, packed, for a first look at each page.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_garbage_seldom()
    give_back_freed_memory(LARGE_BYTES)
    # Nobody waits for workers: the kernel takes them away.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # Models and word lists are loaded once for all workers; that of languages takes long to unpack, and lets others go on meanwhile.
    languages = Thread(target=detect_language, args=("Which language is this?",))
    languages.start()
    paragraph_model()
    public_suffixes()("example.com")
    trafilatura_text(document_fromstring("<html><body><p>A short page.</p></body></html>"), None)
    gate = None if rules_fd is None else _gate(rules_fd)
    languages.join()
    # What is there now stays shared with the workers if the collector does not touch it.
    gc.collect()
    gc.freeze()
    control = socket.socket(fileno=control_fd)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 65_536, 1)
        if not message:
            return
        if os.fork() == 0:
            control.close()
            _die_with_nursery()
            _serve(Connection(descriptors[0]), ExtractionPolicy.model_validate_json(message), gate)
        for descriptor in descriptors:
            os.close(descriptor)


def _gate(descriptor: int) -> Gate:
    with os.fdopen(descriptor, "rb") as file:
        return Gate(Packed[RuleSet](file.read()).unpacked())


def _serve(pipe: Connection, policy: ExtractionPolicy, gate: Gate | None) -> Never:
    pipe.send(os.getpid())
    _limit_memory(policy.page_memory_mib)
    while True:
        try:
            task: Task = pipe.recv()
            body = pipe.recv_bytes()
        except (EOFError, ConnectionError):
            os._exit(0)
        pipe.send(_answer(pipe, task, body, policy, gate))


def _answer(pipe: Connection, task: Task, body: bytes, policy: ExtractionPolicy, gate: Gate | None) -> object:
    try:
        return _made(task, body, policy, gate)
    except MemoryError:
        # Nothing can be relied on now but saying so.
        pipe.send(ExtractionFailed("out_of_memory", f"needs more than {policy.page_memory_mib} MiB: {task.url!r}"))
        os._exit(1)
    except BaseException as error:
        # A bug: said to the parent for the dead letter, shown in full on standard error, and the end of this worker.
        pipe.send(ExtractionFailed("crash", f"{type(error).__name__}: {error!s:.500}: {task.url!r}"))
        raise


def _made(task: Task, body: bytes, policy: ExtractionPolicy, gate: Gate | None) -> Answer:
    entry, fetched = task.entry, task.fetched
    if isinstance(task, EntryTask):
        return article_from_entry(entry, fetched, policy)
    url, content_type = task.url, task.content_type
    if gate:
        enough = policy.aside_below
        aside = first_look(body, url=url, content_type=content_type, entry=entry, gate=gate, enough=enough)
        if aside is not None:
            return aside
    return extract_article(body, url=url, content_type=content_type, entry=entry, fetched=fetched, policy=policy)


def _die_with_nursery() -> None:
    nursery = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != nursery:
        os._exit(0)


def _limit_memory(mib: int) -> None:
    """Bounds the address space: libxml2 allocates outside of what Python could count."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + mib * MIB
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
