// Standard input, output and error, as whoever started the process left them.
#pragma once

namespace collector {

// Occupies those that are closed (`collector >&-`), so that no database or socket gets their number and then
// receives what is printed; writing to them still fails. Call before anything is opened.
void occupy_closed_standard_streams();

// Flushes stdout at the end of a command. `code`, unless something could not
// be written: then says so and returns exit_code::internal. A reader that has seen enough (`| head`) is no
// failure.
int finish_output(int code);

// The same for an error number that writing to stdout has already met.
int unwritten_output(int code, int error_number);

}  // namespace collector
