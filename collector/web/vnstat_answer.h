// The history of one host as vnStat's JSON: an answer of two routes. Belongs to a call.
#pragma once

#include "collector/web/asked.h"

namespace collector::web {

// Of the host that parameter `host` names, else of this machine. Without a range: as much as vnStat keeps.
inline constexpr std::string_view vnstat_shape = R"({vnstatversion: text, jsonversion: "2", interfaces: [{
  name: text, alias: text, created: {date: {year: integer, month: integer, day: integer}, timestamp: time},
  updated: {date: {year: integer, month: integer, day: integer}, time: {hour: integer, minute: integer},
            timestamp: time},
  traffic: {total: {rx: integer, tx: integer},
    *: [{id: integer, date: {year: integer, month?: integer, day?: integer},
         time?: {hour: integer, minute: integer}, timestamp: time, rx: integer, tx: integer}]}}]})";
Answered<http::Response> vnstat_answer(Asked& asked, const std::optional<history::Interval>& range);

}  // namespace collector::web
