#include "collector/samplers/netproto/netproto.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collector/samplers/named_numbers.h"
#include "collector/samplers/netproto/protocol_fields.h"
#include "collector/samplers/netproto/protocol_text.h"
#include "collector/samplers/network_namespace.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

constexpr std::array<std::string_view, protocol_files> paths = {
    "/proc/net/snmp", "/proc/net/netstat", "/proc/net/snmp6", "/proc/net/sockstat", "/proc/net/sockstat6"};

const MeasurementPtr& netproto_measurement() {
  static const MeasurementPtr measurement = [] {
    Measurement made{.name = "netproto",
                     .sentence =
                         "What IP, TCP and UDP did, and the sockets in use, in the collector's network "
                         "namespace; fields are absent where the kernel does not have them (IPv6 off)",
                     .tags = {},
                     .fields = {}};
    for (const ProtocolField& from : protocol_fields())
      made.fields.push_back({.name = std::string(from.field),
                             .kind = from.kind,
                             .unit = std::string(from.unit),
                             .sentence = std::string(from.sentence)});
    return std::make_shared<const Measurement>(about_machine(std::move(made)));
  }();
  return measurement;
}

// One of the files, and what is looked for in it.
struct Source {
  KeptFile file;
  ProtocolFile kind;
  std::size_t first_field;
  std::vector<ProtocolNumber> wanted;
  std::vector<std::string_view> names;  // the same without labels
  std::vector<std::optional<std::uint64_t>> numbers;

  void parse(std::string_view text, Remarks& remarks) {
    switch (kind) {
      case ProtocolFile::snmp:
      case ProtocolFile::netstat:
        return parse_line_pairs(text, wanted, numbers, remarks);
      case ProtocolFile::snmp6:
        return read_named_numbers(text, names, numbers, remarks);
      case ProtocolFile::sockstat:
      case ProtocolFile::sockstat6:
        return parse_name_number_lines(text, wanted, numbers, remarks);
    }
    std::unreachable();
  }
};

class NetprotoSampler final : public Sampler {
 public:
  explicit NetprotoSampler(const SamplerContext& context)
      : series_(context.series.intern(netproto_measurement(), {})), real_root_(context.files.is_real_root()) {
    for (std::size_t kind = 0; kind < paths.size(); ++kind)
      add_source(context.files, static_cast<ProtocolFile>(kind));
  }

  SampleResult sample(Sample& out) override {
    // The counters are of the namespace; those of files that stand in for the kernel's are of none.
    if (!namespace_id_) {
      const auto space = real_root_ ? network_namespace_id() : 0;
      if (!space) return failed(space.error());
      namespace_id_ = *space;
    }
    // Local traffic is bound by no link: a limit that only nonsense exceeds.
    constexpr double byte_limit = 1e12;
    const auto values = out.add({.series = series_.get(), .space = *namespace_id_, .byte_limit = byte_limit});
    std::optional<SampleError> no_snmp;
    for (Source& source : sources_) {
      const auto text = source.file.read();
      if (!text && source.kind == ProtocolFile::snmp) no_snmp = no_sample(text.error()).error();
      if (!text && !text.error().missing) {
        out.remarks.about({});
        out.remarks.reject(text.error().what);
      }
      if (text) take(source, *text, values, out.remarks);
    }
    if (std::ranges::any_of(values, &Value::present)) return {};
    if (no_snmp) return std::unexpected(*no_snmp);
    return failed(out.remarks.rejected_text());
  }

 private:
  static void take(Source& source, std::string_view text, std::span<Value> values, Remarks& remarks) {
    // The kernel counts sockets in an int.
    constexpr std::int64_t most_sockets = std::numeric_limits<std::int32_t>::max();
    remarks.about(source.file.path());
    const std::size_t rejected = remarks.rejected();
    source.parse(text, remarks);
    if (remarks.rejected() == rejected &&
        std::ranges::none_of(source.numbers, [](const auto& number) { return number.has_value(); }))
      remarks.reject("none of the known numbers is in it");
    for (std::size_t i = 0; i < source.numbers.size(); ++i) {
      const auto& number = source.numbers[i];
      if (!number) continue;
      const ProtocolField& field = protocol_fields()[source.first_field + i];
      Value& value = values[source.first_field + i];
      if (field.kind == FieldKind::counter)
        value = Value::counter(*number);
      else if (std::cmp_less_equal(*number, most_sockets))
        value = Value::integer(static_cast<std::int64_t>(*number));
      else
        remarks.reject(fmt::format("{} {} can't be true", field.label, field.name), std::to_string(*number));
    }
  }

  void add_source(const Files& files, ProtocolFile kind) {
    Source source{KeptFile(files, paths[static_cast<std::size_t>(kind)]), kind, 0, {}, {}, {}};
    const auto fields = protocol_fields();
    while (fields[source.first_field].file != kind)
      ++source.first_field;
    for (std::size_t i = source.first_field; i < fields.size() && fields[i].file == kind; ++i) {
      source.wanted.push_back({fields[i].label, fields[i].name});
      source.names.push_back(fields[i].name);
    }
    source.numbers.resize(source.wanted.size());
    sources_.push_back(std::move(source));
  }

  SeriesPtr series_;
  bool real_root_;
  std::optional<std::uint64_t> namespace_id_;
  std::vector<Source> sources_;
};

}  // namespace

const SamplerType& netproto_sampler() {
  static const SamplerType type{
      .component = {.name = "netproto",
                    .sentence = "Totals and errors of IP, TCP and UDP, and sockets in use.",
                    .settings = {},
                    .default_interval = "10s"},
      .create = [](const SamplerContext& context) -> std::unique_ptr<Sampler> {
        return std::make_unique<NetprotoSampler>(context);
      },
      .measurements = [] { return std::vector{netproto_measurement()}; },
  };
  return type;
}

}  // namespace collector
