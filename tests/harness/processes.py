"""Processes of their own for tests that need several: forked from one that has the portal loaded already."""

import multiprocessing as mp

context = mp.get_context("forkserver")
context.set_forkserver_preload(["tests.harness.trading", "tests.harness.apps"])
