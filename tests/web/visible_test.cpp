#include "collector/web/visible.h"

#include <gtest/gtest.h>

namespace collector::web {
namespace {

SamplerStatus sampler_called(std::string name) {
  SamplerStatus sampler;
  sampler.name = std::move(name);
  return sampler;
}

SamplerFigures seen_by(const Caller& caller, const SamplerStatus& sampler) {
  Status status;
  status.samplers.push_back(sampler);
  return visible_status(caller, status).samplers.front().figures;
}

TEST(Visible, ANoteAboutTheMachineIsToldToEverybodyAndIsNoFailure) {
  SamplerStatus net = sampler_called("net");
  net.figures.notice = "ifb0 is down: no rows until it is up or its counters move";
  const SamplerFigures seen = seen_by(Caller{}, net);
  EXPECT_EQ(seen.notice, net.figures.notice);
  EXPECT_EQ(seen.last_error, "");
}

TEST(Visible, OfOtherTextsTheKindAloneIsToldToTheAnonymous) {
  SamplerStatus exec = sampler_called("exec");
  exec.figures.last_error = "/opt/secret: ends with 3";
  exec.figures.rejected_text = "secret=1: not a number";
  exec.figures.warning = "secret is slow";
  exec.figures.notice = "secret is new";
  const SamplerFigures seen = seen_by(Caller{}, exec);
  EXPECT_EQ(seen.last_error, "failed; who signs in is told why");
  for (const std::string& text : {seen.rejected_text, seen.warning, seen.notice}) {
    EXPECT_NE(text, "");
    EXPECT_EQ(text.find("secret"), std::string::npos) << text;
    EXPECT_EQ(text.find("failed"), std::string::npos) << text;
  }
  Caller viewer;
  viewer.is_anonymous = false;
  EXPECT_EQ(seen_by(viewer, exec).last_error, exec.figures.last_error);
  EXPECT_EQ(seen_by(viewer, exec).notice, exec.figures.notice);
}

TEST(Visible, WhatIsNotThereIsNotTold) {
  const SamplerFigures seen = seen_by(Caller{}, sampler_called("exec"));
  EXPECT_EQ(seen.last_error + seen.rejected_text + seen.warning + seen.notice, "");
}

}  // namespace
}  // namespace collector::web
