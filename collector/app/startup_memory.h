// Gives back what only starting needed: freed heap, and pages of program text (parsing options and YAML,
// opening files) that will not run again.
#pragma once

namespace collector {

// A few ticks after the start, and after work that is rare. What is still needed comes back from the page
// cache by itself.
void release_startup_memory();

}  // namespace collector
