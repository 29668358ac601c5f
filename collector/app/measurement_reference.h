// The reference of measurements, generated from the tables that samplers declare.
#pragma once

#include <string>

namespace collector {

// Markdown: one section per measurement, a table of its tags and one of its fields with kind, unit and
// meaning.
std::string print_measurements();

}  // namespace collector
