#include "sinks/influx/line_sender.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <numeric>
#include <utility>

namespace collector::influx {
namespace {

// So many lines refused one by one, for reasons that need not be theirs, and none taken: it is not the lines.
constexpr std::size_t enough_doubts = 5;

std::int64_t stamps_per_hour(TimePrecision precision) {
  constexpr std::int64_t in_an_hour = 3600;
  switch (precision) {
    case TimePrecision::nanoseconds:
      return in_an_hour * 1'000'000'000;
    case TimePrecision::microseconds:
      return in_an_hour * 1'000'000;
    case TimePrecision::milliseconds:
      return in_an_hour * 1'000;
    case TimePrecision::seconds:
      break;
  }
  return in_an_hour;
}

}  // namespace

struct LineSender::Work {
  std::vector<Group> waiting;  // the last one comes next
  std::vector<RefusedLine> refused;
  std::size_t taken = 0;
  std::size_t doubtful = 0;  // of `refused`: perhaps it was not the line
  SinkFailure doubt;         // what to return when it was not

  void halve(const Group& group) {
    const auto middle = group.begin() + static_cast<std::ptrdiff_t>(group.size() / 2);
    waiting.emplace_back(middle, group.end());
    waiting.emplace_back(group.begin(), middle);
  }
  bool is_doubtful() const { return taken == 0 && doubtful > 0 && doubtful == refused.size(); }
};

LineSender::LineSender(HttpConnection& connection, Settings settings,
                       std::function<void(const TypeConflict&)> explain)
    : connection_(connection),
      settings_(std::move(settings)),
      explain_(std::move(explain)),
      url_(write_url(settings_.destination, settings_.version)),
      authorization_(authorization(settings_.destination, settings_.version)) {
  if (settings_.compress) gzip_ = std::make_unique<Gzip>();
}

std::expected<std::vector<RefusedLine>, SinkFailure> LineSender::send(const LineBlock& block) {
  Work work;
  Group all(block.lines.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  if (!all.empty()) work.waiting.push_back(std::move(all));
  // Each turn settles a line at least, or halves a group.
  while (!work.waiting.empty()) {
    const Group group = std::move(work.waiting.back());
    work.waiting.pop_back();
    const std::string_view body = body_of(block, group);
    if (body.size() > settings_.largest_body && group.size() > 1) {
      work.halve(group);
      continue;
    }
    const auto answer = post(body);
    if (!answer) return std::unexpected(answer.error());
    const Verdict verdict = judge(*answer, settings_.destination, settings_.version);
    switch (verdict.kind) {
      case Verdict::Kind::taken:
        work.taken += group.size();
        break;
      case Verdict::Kind::failed:
        return std::unexpected(verdict.failure);
      case Verdict::Kind::too_large:
        if (group.size() == 1) {
          work.refused.push_back({group[0], verdict.failure.what});
          break;
        }
        settings_.largest_body = std::max<std::size_t>(1, body.size() / 2);
        work.halve(group);
        break;
      case Verdict::Kind::refused:
        if (auto settled = settle_refusal(block, group, *answer, verdict, work); !settled)
          return std::unexpected(settled.error());
        break;
    }
  }
  if (work.is_doubtful()) return std::unexpected(work.doubt);
  std::ranges::sort(work.refused, {}, &RefusedLine::line);
  return std::move(work.refused);
}

std::expected<void, SinkFailure> LineSender::settle_refusal(const LineBlock& block, const Group& group,
                                                            const HttpAnswer& answer, const Verdict& verdict,
                                                            Work& work) {
  std::vector<std::string_view> lines;
  lines.reserve(group.size());
  for (const std::size_t line : group)
    lines.push_back(block.line(line));
  Settlement settlement =
      settle(answer, verdict.message, lines, stamps_per_hour(settings_.destination.precision));
  for (const TypeConflict& conflict : settlement.conflicts)
    explain_(conflict);
  Group unknown;
  for (std::size_t i = 0; i < group.size(); ++i) {
    LineFate& fate = settlement.fates[i];
    if (fate.kind == LineFate::Kind::unknown) unknown.push_back(group[i]);
    if (fate.kind == LineFate::Kind::taken) ++work.taken;
    if (fate.kind == LineFate::Kind::refused) work.refused.push_back({group[i], std::move(fate.why)});
  }
  if (unknown.empty()) return {};
  if (unknown.size() < group.size()) {
    work.waiting.push_back(std::move(unknown));
    return {};
  }
  if (group.size() > 1) {
    work.halve(group);
    return {};
  }
  work.refused.push_back({group[0], words_of(answer, settings_.destination)});
  if (is_about_lines(verdict.message)) return {};
  ++work.doubtful;
  work.doubt = verdict.failure;
  if (work.is_doubtful() && work.doubtful >= enough_doubts) return std::unexpected(work.doubt);
  return {};
}

std::string_view LineSender::body_of(const LineBlock& block, const Group& group) {
  const std::size_t begin = block.lines[group.front()].begin;
  if (group.back() - group.front() + 1 == group.size())
    return std::string_view(block.text).substr(begin, block.lines[group.back()].end - begin);
  gathered_.clear();
  for (const std::size_t line : group)
    gathered_.append(block.line(line)).append("\n");
  return gathered_;
}

std::expected<HttpAnswer, SinkFailure> LineSender::post(std::string_view body) {
  HttpRequest request{
      .method = HttpRequest::Method::post, .url = url_, .authorization = authorization_, .body = body};
  if (gzip_)
    if (const std::string_view compressed = gzip_->compress(body); !compressed.empty()) {
      request.body = compressed;
      request.gzip = true;
    }
  auto answer = connection_.perform(request);
  if (!answer) return std::unexpected(failure_of(answer.error()));
  return *std::move(answer);
}

void LineSender::release_memory() {
  gathered_ = {};
  if (gzip_) gzip_->release();
}

}  // namespace collector::influx
