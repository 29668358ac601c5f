// Which of all links are reported: what the settings say of each, and what only the whole picture tells.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "collector/samplers/net/interface_rules.h"
#include "collector/samplers/net/link_table.h"

namespace collector {

// What the interface is: the tag `kind`.
std::string_view kind_of(const Link& link);

class LinkChoice {
 public:
  // Sets Link::Derived::reported of all of them, and makes the words anew. Needs Link::Derived::physical.
  void choose(std::span<Link> links, const InterfaceRules& rules);

  // Of one that is gone and was never chosen with the others.
  static bool reported_alone(const Link& link, const InterfaceRules& rules);

  // Links are there and none has a row; links without a row because they are down. Empty: nothing to say.
  const std::string& warning() const { return warning_; }
  const std::string& notice() const { return notice_; }

 private:
  void describe(std::span<const Link> links, const InterfaceRules& rules);

  std::string warning_;
  std::string notice_;
};

}  // namespace collector
