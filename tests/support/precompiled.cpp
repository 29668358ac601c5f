// Makes the precompiled header that all tests share, see tests/CMakeLists.txt.
#include "tests/support/precompiled.h"
