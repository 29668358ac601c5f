// HTTP as this sink uses it: to one server, whose address is in its settings, with rows that wait meanwhile.
#pragma once

#include <expected>
#include <string_view>

#include "collector/transport/http_connection.h"
#include "collector/transport/url.h"
#include "sinks/sink.h"

namespace collector::influx {

using transport::ConnectionSettings;
using transport::HttpAnswer;
using transport::HttpConnection;
using transport::HttpRequest;
using transport::percent_encoded;
using transport::Url;

// The server's address: nothing in it that the sink puts behind it. Errors hold nothing of the text.
Result<Url> server_url(std::string_view text);

// What can be done about it, in the words of the settings.
SinkFailure failure_of(const transport::HttpFailure& failure);

}  // namespace collector::influx
