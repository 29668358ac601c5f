#include "config/suggest.h"
#include "config/table_reader.h"

namespace collector {

std::string wanted(const Setting& setting) {
  switch (setting.type) {
    case SettingType::boolean:
      return "true or false";
    case SettingType::integer:
      return "a whole number";
    case SettingType::text:
      return "a text";
    case SettingType::secret:
      return "a secret text";
    case SettingType::path:
      return "a path";
    case SettingType::choice:
      return "one of " + joined(setting.choices);
    case SettingType::duration:
      return "a duration such as 30s" + (setting.choices.empty() ? "" : " or " + joined(setting.choices));
    case SettingType::size:
      return "a size such as 64MiB";
    case SettingType::rate:
      return "a rate such as 100Mbit/s" + (setting.choices.empty() ? "" : " or " + joined(setting.choices));
    case SettingType::list:
      return setting.choices.empty() ? "a list such as [a, b]" : "a list of " + joined(setting.choices);
    case SettingType::map:
      return "a table of texts such as {name: text}";
    case SettingType::rates:
      return "a table of rates such as {name: 100Mbit/s}";
    case SettingType::table:
      return "a table of settings";
  }
  return {};
}

}  // namespace collector
