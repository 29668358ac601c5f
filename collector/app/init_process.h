// Process 1 of a container: nobody else looks after the children that others leave behind.
#pragma once

namespace collector {

// Where this process is number 1, has the kernel reap whatever ends in its place; elsewhere does nothing. The
// collector starts no processes of its own. Stop signals need nothing special: they are blocked and read,
// which the kernel does not withhold from process 1. Once, at the start.
void reap_orphans_as_init();

}  // namespace collector
