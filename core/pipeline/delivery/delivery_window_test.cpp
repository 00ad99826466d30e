#include "core/pipeline/delivery/delivery_window.hpp"

#include <gtest/gtest.h>

namespace openclaw::pipeline {
namespace {

/// How many probes fit at once now.
std::size_t probes_that_fit(DeliveryWindow window) {
  std::size_t n = 0;
  for (; window.has_room(false); ++n) window.begin(false);
  return n;
}

/// Fills the window with probes, and empties it.
void fill_and_empty(DeliveryWindow& window) {
  std::size_t n = 0;
  for (; window.has_room(false); ++n) window.begin(false);
  for (; n > 0; --n) {
    window.probe_over(false);
    window.end();
  }
}

TEST(DeliveryWindow, GrowsWhileNothingComesBackUpToItsMost) {
  DeliveryWindow window;
  EXPECT_EQ(probes_that_fit(window), DeliveryWindow::kFirstProbes);
  fill_and_empty(window);
  EXPECT_EQ(probes_that_fit(window), DeliveryWindow::kFirstProbes + 1);
  for (int i = 0; i < 100; ++i) fill_and_empty(window);
  EXPECT_EQ(probes_that_fit(window), DeliveryWindow::kMostInFlight);
}

TEST(DeliveryWindow, IsDownToOneProbeSoonWhenTheyComeBackButNeverToNone) {
  DeliveryWindow window;
  for (int i = 0; i < 100; ++i) fill_and_empty(window);
  for (int i = 0; i < 4; ++i) {
    window.begin(false);
    window.probe_over(true);
    window.end();
  }
  EXPECT_EQ(probes_that_fit(window), 1U);
  window.begin(false);
  window.probe_over(true);
  window.end();
  EXPECT_EQ(probes_that_fit(window), 1U);
}

TEST(DeliveryWindow, WhatTheChannelExpectsIsNotHeldUpByProbes) {
  DeliveryWindow window;
  while (window.has_room(false)) window.begin(false);
  std::size_t expected = 0;
  for (; window.has_room(true); ++expected) window.begin(true);
  EXPECT_EQ(expected, DeliveryWindow::kMostInFlight - DeliveryWindow::kFirstProbes);
  window.end();
  EXPECT_TRUE(window.has_room(true));
  EXPECT_FALSE(window.has_room(false));
}

TEST(DeliveryWindow, ASendThatIsSurelyUnderWayIsNoProbeAnyMore) {
  DeliveryWindow window;
  while (window.has_room(false)) window.begin(false);
  window.probe_over(false);
  EXPECT_TRUE(window.has_room(false));
  EXPECT_EQ(window.in_flight(), DeliveryWindow::kFirstProbes);
}

TEST(DeliveryWindow, AQuietChannelDoesNotGrowIt) {
  DeliveryWindow window;
  for (int i = 0; i < 100; ++i) {
    window.begin(false);
    window.probe_over(false);
    window.end();
  }
  EXPECT_EQ(probes_that_fit(window), DeliveryWindow::kFirstProbes);
}

}  // namespace
}  // namespace openclaw::pipeline
