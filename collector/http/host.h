// Who may be meant by a request: a web page whose name somebody's DNS suddenly gives as this machine's
// address
// ("DNS rebinding") could read what a browser on this machine can reach. Its name is in the request.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace collector::http {

// `host` as in the header, with or without a port. True for addresses, for localhost and what ends with it
// (RFC 6761, 6.3) and for the names given, without regard to case. False for what is no name or address with
// at most a port behind it.
bool is_own_host(std::string_view host, std::span<const std::string> names);

// Whether who asks by it asks the machine that he is at: an address of the loopback, localhost, or what ends
// with it.
bool is_this_machine(std::string_view host);

// What this machine calls itself: its whole name, and that without its domain.
std::vector<std::string> machine_names();

// "127.0.0.1:8125" and "[::1]:8125", which no other machine can reach.
bool is_loopback(std::string_view address_and_port);

}  // namespace collector::http
