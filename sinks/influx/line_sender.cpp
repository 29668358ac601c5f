#include "sinks/influx/line_sender.h"

#include <algorithm>
#include <numeric>
#include <ranges>
#include <span>
#include <utility>

namespace collector::influx {
namespace {

// So many lines refused one by one, for reasons that need not be theirs, and none taken: it is not the lines.
constexpr std::size_t enough_doubts = 5;

// Where the lines' second half begins, moved to the nearest place where another measurement begins; 0: all
// are of one. They are sorted by measurement.
std::size_t border_between_measurements(const LineBlock& block, std::span<const std::size_t> lines) {
  const auto differ = [&](std::size_t at) {
    return measurement_of(block.line(lines[at - 1])) != measurement_of(block.line(lines[at]));
  };
  const std::size_t middle = lines.size() / 2;
  for (std::size_t away = 0; away <= middle; ++away)
    for (const std::size_t at : {middle - away, middle + away})
      if (at > 0 && at < lines.size() && differ(at)) return at;
  return 0;
}

}  // namespace

struct LineSender::Search {
  std::vector<Group> waiting;  // the last one comes next
  std::vector<RefusedLine> refused;
  std::size_t taken = 0;
  std::size_t doubtful = 0;  // of `refused`: perhaps it was not the line
  SinkFailure doubt;         // what to return when it was not

  void divide(const Group& group, std::size_t first) {
    const auto border = group.begin() + static_cast<std::ptrdiff_t>(first);
    waiting.emplace_back(border, group.end());
    waiting.emplace_back(group.begin(), border);
  }
  bool is_doubtful() const { return taken == 0 && doubtful > 0 && doubtful == refused.size(); }
};

LineSender::LineSender(HttpConnection& connection, Settings settings)
    : connection_(connection),
      settings_(std::move(settings)),
      url_(write_url(settings_.destination, settings_.version)),
      authorization_(authorization(settings_.destination, settings_.version)) {
  if (settings_.compress) gzip_ = std::make_unique<Gzip>();
}

std::expected<std::vector<RefusedLine>, SinkFailure> LineSender::send(const LineBlock& block) {
  Search search;
  Group all(block.lines.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  if (!all.empty()) search.waiting.push_back(std::move(all));
  // Each turn settles a line at least, or halves a group.
  while (!search.waiting.empty()) {
    const Group group = std::move(search.waiting.back());
    search.waiting.pop_back();
    const std::string_view body = body_of(block, group);
    if (body.size() > settings_.largest_body && group.size() > 1) {
      search.divide(group, group.size() / 2);
      continue;
    }
    const auto answer = post(body);
    if (!answer) return std::unexpected(answer.error());
    const Verdict verdict = judge(*answer, settings_.destination, settings_.version);
    switch (verdict.kind) {
      case Verdict::Kind::taken:
        search.taken += group.size();
        break;
      case Verdict::Kind::failed:
        return std::unexpected(verdict.failure);
      case Verdict::Kind::too_large:
        if (group.size() == 1) {
          search.refused.push_back({group[0], verdict.failure.what});
          break;
        }
        settings_.largest_body = std::max<std::size_t>(1, body.size() / 2);
        search.divide(group, group.size() / 2);
        break;
      case Verdict::Kind::refused:
        if (auto narrowed = narrow_down(block, group, *answer, verdict, search); !narrowed)
          return std::unexpected(narrowed.error());
        break;
    }
  }
  if (search.is_doubtful()) return std::unexpected(search.doubt);
  std::ranges::sort(search.refused, {}, &RefusedLine::line);
  return std::move(search.refused);
}

std::expected<void, SinkFailure> LineSender::narrow_down(const LineBlock& block, const Group& group,
                                                         const HttpAnswer& answer, const Verdict& verdict,
                                                         Search& search) {
  const auto refuse = [&](std::size_t line, std::string_view words) {
    search.refused.push_back({line, showable(reason_of(words, block.line(line)), settings_.destination)});
  };
  if (const auto numbered = numbered_lines(answer, group.size()); !numbered.empty()) {
    Group others = group;
    for (const RefusedLine& line : numbered | std::views::reverse) {
      refuse(group[line.line], line.why);
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(line.line));
    }
    if (!others.empty()) search.waiting.push_back(std::move(others));
    return {};
  }
  Group sorted = group;
  std::ranges::stable_sort(sorted, {}, [&](std::size_t line) { return measurement_of(block.line(line)); });
  const std::size_t border = border_between_measurements(block, sorted);
  if (border == 0 && (group.size() == 1 || dropped_lines(verdict.message) == group.size())) {
    for (const std::size_t line : group)
      refuse(line, verdict.message);
    if (is_about_lines(verdict.message)) return {};
    ++search.doubtful;
    search.doubt = verdict.failure;
    if (search.is_doubtful() && search.doubtful >= enough_doubts) return std::unexpected(search.doubt);
    return {};
  }
  search.divide(sorted, border == 0 ? sorted.size() / 2 : border);
  return {};
}

std::string_view LineSender::body_of(const LineBlock& block, const Group& group) {
  if (group.size() == block.lines.size()) return block.text;
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
