Feature: Warnings

  Scenario: At 75 per cent of a promise the person on duty is warned
    Given it is 2026-03-02 08:30 in Asia/Shanghai
    And the unit Desk with Li Na and Wang Fang
    And people are reached by sms
    And in the roster of Desk Li Na and Wang Fang take turns by the day from 2026-03-02 08:00
    And what was told is put aside
    When Wang Fang registers the request "Keyboard broken" in Desk
    And it becomes 2026-03-02 11:25
    Then nobody is told anything
    When it becomes 2026-03-02 11:31
    Then Li Na is told by sms of "REQ-1"
    And nobody else is told anything
