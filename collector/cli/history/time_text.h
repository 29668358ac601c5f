// Times in words: they are said by the exports too, one floor down.
#pragma once

#include "collector/history/time_text.h"
