// Amounts in words: they are said by the exports too, one floor down.
#pragma once

#include "collector/history/amount.h"
