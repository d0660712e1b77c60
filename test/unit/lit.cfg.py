# The GoogleTest programs of build/tests: a suite of its own, because a suite has one format.
import os

import lit.formats

# Where no times are known yet, as in a fresh clone, lit goes by name: the longest tests are here, and this one comes before "dsc".
config.name = "GoogleTest"
config.test_format = lit.formats.GoogleTest(".", "Tests")
config.suffixes = []
config.test_source_root = os.path.join(config.dsc_build_root, "tests")
config.test_exec_root = config.test_source_root

config.environment["LC_ALL"] = "C.UTF-8"
# Programs that have slow cases look here.
if lit_config.params.get("long"):
    config.environment["DSC_LONG_TESTS"] = "1"
