// Shape: what a JSON value looks like, in a line that stands beside the code that writes it. The OpenAPI
// document is made of shapes, and the tests hold every answer against its own.
//
//   text integer number boolean any   as JSON calls them
//   time      Unix seconds
//   amount    a whole number, exactly: beyond 2^53 a text of digits
//   "a"|"b"   one of these texts
//   {…}|{…}   one of these objects
//   [T]       a list
//   {key: T, other?: T, *: T}   an object; `?`: may be left out; `*`: of further keys, whatever they are
//   T?        that, or null
#pragma once

#include <string>
#include <string_view>

namespace collector::web {

// As a JSON schema (2020-12, which OpenAPI 3.1 has). A text that is none: std::logic_error, as it is written
// in this program.
std::string schema_of(std::string_view shape);

}  // namespace collector::web
