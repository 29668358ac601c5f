#include "collector/web/graphite/evaluate.h"

#include <fmt/format.h>

#include <optional>

#include "collector/web/graphite/fetch.h"

namespace collector::web::graphite {
namespace {

// Of all series that one request reads: 32 MB.
constexpr std::size_t most_values = 2'000'000;

class Evaluator {
 public:
  explicit Evaluator(Asked& asked) : asked_(&asked) {}

  // What fails for the target's own sake is in `mistake`, and has no lines.
  Answered<Lines> lines_of(const Target& target, const Edges& edges) {
    return target.kind == Target::Kind::call ? call(target, edges) : path(target, edges);
  }
  std::optional<Error> mistake;

 private:
  Lines wrong(Error error) {
    if (!mistake) mistake = std::move(error);
    return {};
  }

  Answered<Lines> path(const Target& target, const Edges& edges) {
    if (!names_) {
      auto known = KnownNames::read(*asked_);
      if (!known) return std::unexpected(known.error());
      names_ = std::move(*known);
    }
    const auto pattern = patterns_of(target.text);
    if (!pattern) return wrong(pattern.error());
    std::vector<NameMatch> names = names_->matching(*pattern);
    std::erase_if(names, [](const NameMatch& name) { return !name.is_leaf; });
    if (names.empty()) names = names_->matching_fields(*pattern);
    values_ += names.size() * (edges->size() - 1);
    if (values_ > most_values)
      return wrong({fmt::format("the series of all targets have more than {} values", most_values),
                    "name fewer of them"});
    return fetch(*asked_, names, edges);
  }

  Answered<Lines> call(const Target& target, const Edges& edges) {
    const auto function = find_function(target.text);
    if (!function) return wrong(function.error());
    const auto arguments = Arguments::read(target, (*function)->arguments);
    if (!arguments) return wrong(arguments.error());
    const Surroundings in{edges, asked_->zone(), target};
    Edges read = edges;
    if ((*function)->columns != nullptr) {
      auto columns = (*function)->columns(*arguments, in);
      if (!columns) return wrong(columns.error());
      read = std::move(*columns);
    }
    std::vector<Lines> lists;
    for (const Argument& row : (*function)->arguments) {
      if (row.type != ArgumentType::series) continue;
      for (const Target* series : arguments->all(row.name)) {
        auto lines = lines_of(*series, read);
        if (!lines || mistake) return lines;
        lists.push_back(std::move(*lines));
      }
    }
    auto lines = (*function)->apply(*arguments, std::move(lists), in);
    if (!lines) return wrong(lines.error());
    return std::move(*lines);
  }

  Asked* asked_;
  std::optional<KnownNames> names_;  // read when first asked for
  std::size_t values_ = 0;
};

}  // namespace

Answered<Lines> evaluate(Asked& asked, const std::vector<std::string>& targets, const Edges& edges) {
  Evaluator evaluator(asked);
  Lines all;
  std::vector<ParameterMistake> mistakes;
  for (const std::string& text : targets) {
    const auto target = parse_target(text);
    evaluator.mistake.reset();
    if (!target) evaluator.mistake = target.error();
    auto lines = target ? evaluator.lines_of(*target, edges) : Answered<Lines>(Lines{});
    if (!lines) return lines;
    if (evaluator.mistake)
      mistakes.push_back({"target", text, evaluator.mistake->what, attempt_of(*evaluator.mistake)});
    std::ranges::move(*lines, std::back_inserter(all));
  }
  if (!mistakes.empty()) return std::unexpected(parameter_problem(std::move(mistakes)));
  return all;
}

}  // namespace collector::web::graphite
