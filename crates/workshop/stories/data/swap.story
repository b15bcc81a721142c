Feature: Swaps

  Scenario: Who took over a shift is paged in it
    Given it is 2026-03-02 09:00 in Asia/Shanghai
    And the unit Network with Li Na, Wang Fang and Zhang Wei
    And Zhang Wei heads Network
    And people are reached by sms
    And in the roster of Network Li Na and Wang Fang take turns by the day from 2026-03-02 08:00
    And the chain of Network calls
      | whom    | minutes |
      | on duty | 30      |
    And critical incidents call the chain of Network
    And the switch core-sw-2 of Network with 1 servers behind it
    When Wang Fang asks Li Na to take the shift of 2026-03-03 in Network
    And Li Na agrees to the swap
    And Zhang Wei approves the swap
    And what was told is put aside
    And it becomes 2026-03-03 12:00
    Then Li Na is on duty in Network
    When what was told is put aside
    And core-sw-2 stops answering
    And 3 minutes pass
    Then Li Na is paged by sms
    And nobody else is told anything
