#include "config/schema_rows.h"

#include <limits>
#include <string>

#include "config/problems.h"
#include "config/yaml_reader.h"

namespace collector {
namespace {

std::string_view definition_of(SettingType type) {
  switch (type) {
    case SettingType::boolean:
      return "boolean";
    case SettingType::duration:
      return "duration";
    case SettingType::size:
      return "size";
    case SettingType::rate:
    case SettingType::rates:
      return "rate";
    default:
      return "text";
  }
}

void write_choices(std::span<const std::string_view> choices, JsonWriter& json) {
  json.key("enum");
  json.open('[');
  for (const std::string_view choice : choices)
    json.text(choice);
  json.close(']');
}

// { "$ref": … } as one element of a list.
void write_alternative(std::string_view definition, JsonWriter& json) {
  json.open('{');
  write_schema_reference(definition, json);
  json.close('}');
}

// A default as the file would give it.
void write_default(const Setting& row, const TreeNode& node, JsonWriter& json) {
  switch (node.kind) {
    case TreeNode::Kind::null:
      return json.raw("null");
    case TreeNode::Kind::scalar:
      if (row.type == SettingType::integer) return json.raw(node.text);
      if (row.type == SettingType::boolean)
        return json.raw(node.text == "true" || node.text == "on" ? "true" : "false");
      return json.text(node.text);
    case TreeNode::Kind::sequence:
      json.open('[');
      for (const TreeNode& item : node.items)
        json.text(item.text);
      return json.close(']');
    case TreeNode::Kind::map:
      json.open('{');
      for (const TreeEntry& entry : node.entries)
        json.member(entry.key, entry.value.text);
      return json.close('}');
  }
}

void write_integer(const Setting& row, JsonWriter& json) {
  json.key("anyOf");
  json.open('[');
  json.open('{');
  json.member("type", "integer");
  if (row.minimum != std::numeric_limits<std::int64_t>::min()) {
    json.key("minimum");
    json.number(row.minimum);
  }
  if (row.maximum != std::numeric_limits<std::int64_t>::max()) {
    json.key("maximum");
    json.number(row.maximum);
  }
  json.close('}');
  write_alternative("substitution", json);
  json.close(']');
}

void write_choice(const Setting& row, JsonWriter& json) {
  json.key("anyOf");
  json.open('[');
  json.open('{');
  write_choices(row.choices, json);
  json.close('}');
  const bool has_unit = row.type == SettingType::rate || row.type == SettingType::duration;
  write_alternative(has_unit ? definition_of(row.type) : "substitution", json);
  json.close(']');
}

}  // namespace

void write_schema_reference(std::string_view definition, JsonWriter& json) {
  json.member("$ref", "#/$defs/" + std::string(definition));
}

void write_schema_row(const Setting& row, JsonWriter& json) {
  json.member("description", row.sentence);
  if (!row.default_text.empty()) {
    Problems none("default");
    json.key("default");
    write_default(row, read_yaml(row.default_text, none).value_or(TreeNode{}), json);
  }
  switch (row.type) {
    case SettingType::integer:
      return write_integer(row, json);
    case SettingType::choice:
      return write_choice(row, json);
    case SettingType::list: {
      json.member("type", "array");
      json.key("uniqueItems");
      json.raw("true");
      json.key("items");
      json.open('{');
      if (row.choices.empty()) {
        write_schema_reference("text", json);
      } else {
        write_choice(row, json);
      }
      return json.close('}');
    }
    case SettingType::map:
    case SettingType::rates:
      json.raw(R"("type": ["object", "null"])");
      json.key("additionalProperties");
      return write_alternative(definition_of(row.type), json);
    case SettingType::table:
      return write_schema_table(row.children, {}, json);
    default:
      break;
  }
  if (!row.choices.empty()) return write_choice(row, json);
  write_schema_reference(definition_of(row.type), json);
}

void write_schema_table(std::span<const Setting> table, std::string_view type, JsonWriter& json) {
  json.key("type");
  json.open('[');
  json.text("object");
  if (type.empty()) json.text("null");  // `name:` with nothing below is a table without changes
  json.close(']');
  json.key("additionalProperties");
  json.raw("false");
  json.key("required");
  json.open('[');
  if (!type.empty()) json.text("type");
  for (const Setting& row : table)
    if (row.required) json.text(row.name);
  json.close(']');
  json.key("properties");
  json.open('{');
  if (!type.empty()) {
    json.key("type");
    json.open('{');
    json.member("const", type);
    json.close('}');
  }
  for (const Setting& row : table) {
    json.key(row.name);
    json.open('{');
    write_schema_row(row, json);
    json.close('}');
  }
  json.close('}');
}

}  // namespace collector
