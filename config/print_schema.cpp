#include <array>
#include <string>
#include <vector>

#include "config/components.h"
#include "config/configuration.h"
#include "config/json_writer.h"
#include "config/plans.h"
#include "config/schema_rows.h"

namespace collector {
namespace {

#define COLLECTOR_NUMBER "(0|[1-9][0-9]*)(\\.[0-9]{1,12})?"
constexpr std::string_view duration_pattern = "^(0|(" COLLECTOR_NUMBER "(y|w|d|h|m|s|ms|us|ns))+)$";
constexpr std::string_view size_pattern = "^(0|" COLLECTOR_NUMBER "([kMGT]?B|[KMGT]iB))$";
constexpr std::string_view rate_pattern = "^(0|" COLLECTOR_NUMBER "([kMGT]?bit|[kMGT]?B|[KMGT]iB)/s)$";
#undef COLLECTOR_NUMBER
constexpr std::string_view substitution_pattern = "\\$\\{";
constexpr std::string_view label_pattern = "^[A-Za-z_][A-Za-z0-9_]*$";
constexpr std::string_view name_pattern = "^[a-z0-9_-]{1,64}$";

// Of the object that the caller has opened: what its keys look like.
void write_names(std::string_view pattern, JsonWriter& json) {
  json.key("propertyNames");
  json.open('{');
  json.member("pattern", pattern);
  json.close('}');
}

// One entry of "$defs": a text of this pattern, and what else `alternatives` (JSON schemas) allow.
void write_definition(std::string_view name, std::string_view pattern,
                      std::span<const std::string_view> alternatives, JsonWriter& json) {
  json.key(name);
  json.open('{');
  json.key("anyOf");
  json.open('[');
  json.open('{');
  json.member("type", "string");
  if (!pattern.empty()) json.member("pattern", pattern);
  json.close('}');
  for (const std::string_view alternative : alternatives)
    json.raw(alternative);
  json.close(']');
  json.close('}');
}

void write_definitions(const Catalog& catalog, JsonWriter& json) {
  constexpr std::string_view substitution = R"({"$ref": "#/$defs/substitution"})";
  constexpr std::array<std::string_view, 2> zero_or_substitution = {R"({"const": 0})", substitution};
  constexpr std::array<std::string_view, 2> boolean = {R"({"type": "boolean"})", substitution};
  constexpr std::array<std::string_view, 1> bare = {R"({"type": ["number", "boolean"]})"};
  json.key("$defs");
  json.open('{');
  write_definition("substitution", substitution_pattern, {}, json);
  write_definition("text", "", bare, json);
  write_definition("boolean", "^(on|off|yes|no)$", boolean, json);
  write_definition("duration", duration_pattern, zero_or_substitution, json);
  write_definition("size", size_pattern, zero_or_substitution, json);
  write_definition("rate", rate_pattern, zero_or_substitution, json);
  for (const ComponentType& type : catalog.samplers) {
    std::vector<Setting> table(common_sampler_settings().begin(), common_sampler_settings().end());
    table.front().default_text = type.default_interval;
    table.insert(table.end(), type.settings.begin(), type.settings.end());
    json.key("sampler_" + std::string(type.name));
    json.open('{');
    write_schema_table(table, {}, json);
    json.close('}');
  }
  for (const ComponentType& type : catalog.sinks) {
    const SinkTables tables = sink_tables(type);
    std::vector<Setting> table(tables.own);
    table.insert(table.end(), tables.common.begin(), tables.common.end());
    json.key("sink_" + std::string(type.name));
    json.open('{');
    json.member("description", type.sentence);
    write_schema_table(table, type.name, json);
    json.close('}');
  }
  json.close('}');
}

void write_samplers(const Catalog& catalog, JsonWriter& json) {
  constexpr std::string_view on_or_off = R"({"enum": ["on", "off", "yes", "no", true, false, null]})";
  json.key(samplers_key);
  json.open('{');
  json.member("description", "Changes to the default set of samplers.");
  json.raw(R"("type": ["object", "null"])");
  json.raw(R"("additionalProperties": false)");
  json.key("properties");
  json.open('{');
  json.key("default");
  json.raw(on_or_off);
  for (const ComponentType& type : catalog.samplers) {
    json.key(type.name);
    json.open('{');
    json.member("description", type.sentence);
    json.key("anyOf");
    json.open('[');
    json.raw(on_or_off);
    json.open('{');
    write_schema_reference("sampler_" + std::string(type.name), json);
    json.close('}');
    json.close(']');
    json.close('}');
  }
  json.close('}');
  json.close('}');
}

void write_sinks(const Catalog& catalog, JsonWriter& json) {
  json.key(sinks_key);
  json.open('{');
  json.member(
      "description",
      "Where the rows go: sinks by name. The collector remembers under the name what it has delivered.");
  json.raw(R"("type": "object")");
  json.raw(R"("minProperties": 1)");
  write_names(name_pattern, json);
  json.key("additionalProperties");
  json.open('{');
  json.key("oneOf");
  json.open('[');
  for (const ComponentType& type : catalog.sinks) {
    json.open('{');
    write_schema_reference("sink_" + std::string(type.name), json);
    json.close('}');
  }
  json.close(']');
  json.close('}');
  json.close('}');
}

void write_plans(JsonWriter& json) {
  json.key(plans_key);
  json.open('{');
  json.member("description", plans_sentence);
  json.raw(R"("type": ["object", "null"])");
  write_names(name_pattern, json);
  json.key("additionalProperties");
  json.open('{');
  write_schema_table(plan_settings(), {}, json);
  json.close('}');
  json.close('}');
}

}  // namespace

std::string print_schema(const Catalog& catalog) {
  JsonWriter json;
  json.open('{');
  json.member("$schema", "https://json-schema.org/draft/2020-12/schema");
  json.member("title", "collector configuration");
  json.raw(R"("type": "object")");
  json.raw(R"("additionalProperties": false)");
  json.key("properties");
  json.open('{');
  for (const Setting& row : top_level_settings()) {
    json.key(row.name);
    json.open('{');
    write_schema_row(row, json);
    if (row.name == "tags") write_names(label_pattern, json);
    json.close('}');
  }
  write_samplers(catalog, json);
  write_sinks(catalog, json);
  write_plans(json);
  json.close('}');
  write_definitions(catalog, json);
  json.close('}');
  return json.take();
}

}  // namespace collector
