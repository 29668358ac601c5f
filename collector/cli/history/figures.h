// What the screens say of answers: the exports say it too, one floor down.
#pragma once

#include "collector/history/figures.h"
