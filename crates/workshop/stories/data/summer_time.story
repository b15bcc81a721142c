Feature: Summer time

  Scenario: Turns by the week begin at 08:00 on both sides of the weekend on which clocks change
    Given it is 2026-03-23 07:00 in Europe/Berlin
    And the unit Network with Anna and Bernd
    And in the roster of Network Anna and Bernd take turns by the day from 2026-03-23 08:00
    Then the shift of 2026-03-28 in Network begins at 2026-03-28 08:00
    And the shift of 2026-03-29 in Network begins at 2026-03-29 08:00
    And the shift of 2026-03-30 in Network begins at 2026-03-30 08:00
    When it becomes 2026-03-29 07:59
    Then Bernd is on duty in Network
    When it becomes 2026-03-29 08:00
    Then Anna is on duty in Network
