// The conventions, as functions from sources to a list of what breaks them ("path:line: what; what to do").
// Pure, so that each rule is itself tested with a snippet that breaks it.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/conventions/source_tree.h"

namespace collector::test {

using Violations = std::vector<std::string>;

// A source includes its own folder and lower floors; no sampler another sampler, no sink another sink; only
// samplers/table.cpp and sinks/table.cpp know them all.
Violations check_floors(const SourceTree& tree);

// Each third-party library is known to one place, and no library is used that is not listed; what fmt's
// library holds is not compiled again.
Violations check_libraries(const SourceTree& tree);

// No source of the product is longer than 300 lines.
Violations check_length(const SourceTree& tree);

// A header begins with a comment that says what it is, and has #pragma once. A source's first include is the
// header of the same name, so that this header is known to compile alone.
Violations check_headers(const SourceTree& tree);

// Every header is included by somebody, and every source lies in a folder that is built.
Violations check_reachable(const SourceTree& tree);

// Each folder of the product has a README of at most a screen, whose sentences are no wider than one, and the
// files that READMEs name are there: those of a table headed "file", and wherever else a path is written in
// `code` marks.
Violations check_documents(const SourceTree& tree);

// Nothing stands at the top but what belongs there.
Violations check_top_level(const std::set<std::string>& names);

// No path of a developer's machine is left in a file.
Violations check_foreign_paths(const SourceTree& tree);

}  // namespace collector::test
