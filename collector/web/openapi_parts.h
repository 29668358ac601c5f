// Parts of the OpenAPI document that are the same for all routes, or follow from a row of parameters. Pure.
#pragma once

#include <string>
#include <string_view>

#include "collector/web/json_answer.h"
#include "collector/web/parameter.h"
#include "collector/web/route.h"

namespace collector::web {

// "parameters" of an operation, and its "requestBody" where it has one.
void append_parameters(const Route& route, JsonAnswer& out);
void append_request_body(const Route& route, JsonAnswer& out);
// "responses": 200 with its forms, and what else follows from the row.
void append_responses(const Route& route, JsonAnswer& out);

// Schemas, responses and security schemes that these refer to.
std::string openapi_components();

}  // namespace collector::web
