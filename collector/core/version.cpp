#include "collector/core/version.h"

namespace collector {

std::string_view version() {
  return COLLECTOR_VERSION;
}
std::string_view user_agent() {
  return "collector/" COLLECTOR_VERSION;
}

}  // namespace collector
